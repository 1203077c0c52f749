package io.acceptor.contract;

import io.acceptor.AcceptorStats;
import io.github.resilience4j.bulkhead.Bulkhead;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Beside the hammer, all along: one thread reads the books and checks what must hold at every moment, another interrupts
 * the loops.
 */
final class HammerWatch implements AutoCloseable {
    private final RunningServer server;
    private final Bulkhead bulkhead;
    private final long maxPending;
    private final SplittableRandom random;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Thread reader = new Thread(this::readBooks, "hammer-reader");
    private final Thread interrupter = new Thread(this::interruptLoops, "hammer-interrupter");

    HammerWatch(RunningServer server, Bulkhead bulkhead, long maxPending, SplittableRandom random) {
        this.server = server;
        this.bulkhead = bulkhead;
        this.maxPending = maxPending;
        this.random = random;
        reader.start();
        interrupter.start();
    }

    /** Lets the hammer go on for so long, unless the test is interrupted. */
    void forSeconds(int seconds) throws InterruptedException {
        over.await(seconds, TimeUnit.SECONDS);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public void close() {
        over.countDown();
        try {
            reader.join();
            interrupter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readBooks() {
        AcceptorStats last = server.stats();
        while (over.getCount() > 0 && violations.size() < 10) {
            AcceptorStats now = server.stats();
            // The order of reading promises it: no snapshot shows more ends than beginnings.
            check(now.ended() <= now.accepted(), "ended > accepted", now);
            // Counters only grow: nothing is booked and taken back.
            check(now.accepted() >= last.accepted() && now.ended() >= last.ended(), "went back from " + last, now);
            check(now.pending() >= 0 && now.pending() <= maxPending, "pending not in 0 to " + maxPending, now);
            int free = bulkhead.getMetrics().getAvailableConcurrentCalls();
            int max = bulkhead.getBulkheadConfig().getMaxConcurrentCalls();
            // A permit given back twice would show as one too many.
            check(free >= 0 && free <= max, free + " permits free of " + max, now);
            last = now;
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }

    private void check(boolean holds, String violation, AcceptorStats stats) {
        if (!holds) {
            violations.add(violation + ": " + stats);
        }
    }

    private void interruptLoops() {
        while (over.getCount() > 0) {
            Set<Thread> all = Thread.getAllStackTraces().keySet();
            for (Thread thread : all) {
                String name = thread.getName();
                if (name.startsWith("acceptor-hammer")
                        || name.equals("acceptor-housekeeper")
                        || name.startsWith("acceptor-events-")) {
                    thread.interrupt();
                }
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500 + random.nextInt(5000)));
        }
    }
}
