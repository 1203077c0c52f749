package io.acceptor.contract;

import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/** Mostly hands tasks on; now and then it loses one, runs one twice, runs one on the caller, throws, or interrupts. */
final class UnreliableExecutor implements Executor {
    private final ExecutorService reliable;
    private final SplittableRandom random; // guarded by this
    private volatile boolean calm;

    UnreliableExecutor(ExecutorService reliable, SplittableRandom random) {
        this.reliable = reliable;
        this.random = random;
    }

    /** From now on it does as it is told. */
    void calm() {
        calm = true;
    }

    @Override
    public void execute(Runnable task) {
        switch (calm ? Integer.MAX_VALUE : next()) {
            case 0 -> Thread.onSpinWait(); // lost
            case 1 -> throw new OutOfMemoryError("on purpose");
            case 2 -> task.run();
            case 3 -> {
                reliable.execute(task);
                reliable.execute(task);
            }
            case 4 -> {
                reliable.execute(task);
                throw new IllegalStateException("on purpose, and too late");
            }
            case 5 -> {
                reliable.execute(task);
                Thread.currentThread().interrupt();
            }
            default -> reliable.execute(task);
        }
    }

    private synchronized int next() {
        return random.nextInt(100);
    }
}
