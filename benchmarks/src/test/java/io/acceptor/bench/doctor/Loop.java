package io.acceptor.bench.doctor;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Does something again and again on a thread of its own until closed, or until it fails because its sockets were. */
final class Loop implements AutoCloseable {
    private static final long JOIN_MILLIS = 10_000;

    private final Turn turn;
    private final Thread thread = new Thread(this::run, "loop");
    private final AtomicLong turns = new AtomicLong();
    private volatile boolean over;

    interface Turn {
        void take() throws IOException;
    }

    Loop(Turn turn) {
        this.turn = turn;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!over) {
                turn.take();
                turns.incrementAndGet();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    long turns() {
        return turns.get();
    }

    /** Wakes it from whatever it waits for. */
    @Override
    public void close() {
        over = true;
        thread.interrupt();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
