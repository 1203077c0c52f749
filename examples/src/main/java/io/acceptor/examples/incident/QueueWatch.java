package io.acceptor.examples.incident;

import io.acceptor.queue.AcceptQueue;
import java.util.concurrent.locks.LockSupport;

/** Looks at an accept queue every few milliseconds, from when it is made until it is closed. */
final class QueueWatch implements AutoCloseable {
    private static final long PERIOD_NANOS = 2_000_000;

    private final AcceptQueue queue;
    /** These three are the watching thread's until it has ended. */
    private double peak;

    private long looks;
    private long empty;
    private final Background watching;

    QueueWatch(AcceptQueue queue) {
        this.queue = queue;
        this.watching = new Background("queue-watch", 1, this::look);
    }

    private void look() {
        double depth = queue.reading().depth();
        peak = Math.max(peak, depth); // one NaN (unknown) makes it NaN
        looks++;
        empty += depth == 0 ? 1 : 0;
        LockSupport.parkNanos(PERIOD_NANOS);
    }

    /** Once closed. */
    Result result() {
        return new Result(peak, (double) empty / looks);
    }

    @Override
    public void close() {
        watching.close();
    }

    /**
     * What was seen.
     *
     * @param peak the deepest; NaN if it was not always known
     * @param empty the share of looks at which nothing waited
     */
    record Result(double peak, double empty) {}
}
