package io.acceptor.examples.incident;

import java.util.ArrayList;
import java.util.List;

/** Does the same thing again and again, on threads of its own, until closed. */
final class Background implements AutoCloseable {
    private static final long JOIN_MILLIS = 20_000;

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Background(String name, int threadCount, Runnable step) {
        for (int i = 1; i <= threadCount; i++) {
            Thread thread = new Thread(() -> repeat(step), name + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void repeat(Runnable step) {
        while (!over) {
            step.run();
        }
    }

    /** Waits for the last step; what the steps have written may be read afterwards. */
    @Override
    public void close() {
        over = true;
        try {
            for (Thread thread : threads) {
                thread.join(JOIN_MILLIS);
                if (thread.isAlive()) {
                    throw new IllegalStateException(thread.getName() + " did not end within " + JOIN_MILLIS + " ms");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
