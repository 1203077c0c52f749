package io.acceptor.examples.incident;

import io.acceptor.queue.AcceptQueue;
import java.util.concurrent.locks.LockSupport;

/** Looks at an accept queue every few milliseconds, from when it is made until it is closed. */
final class QueueWatch implements AutoCloseable {
    private static final long PERIOD_NANOS = 2_000_000;

    private final AcceptQueue queue;
    /** The watching thread's until it has ended. */
    private double peak;

    private final Background watching;

    QueueWatch(AcceptQueue queue) {
        this.queue = queue;
        this.watching = new Background("queue-watch", 1, this::look);
    }

    private void look() {
        peak = Math.max(peak, queue.reading().depth()); // one NaN (unknown) makes it NaN
        LockSupport.parkNanos(PERIOD_NANOS);
    }

    /** Once closed: the deepest it was seen. */
    double peak() {
        return peak;
    }

    @Override
    public void close() {
        watching.close();
    }
}
