package io.acceptor.engine;

import io.acceptor.queue.ListenCounters;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Finds that our own accept queue has overflowed: the kernel counts overflows for all listeners of the network namespace
 * together, so a rise is ours only if the queue was full before and after. Then somebody else's may be in it still. Confined
 * to the housekeeper.
 */
final class OverflowWatch {
    /** An episode is over when the queue has not been seen full for so long: clients knock again after 1 s (RFC 6298). */
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Supplier<ListenCounters> counters;
    private ListenCounters before = new ListenCounters(Double.NaN, Double.NaN);
    private boolean told;
    private boolean seenFull;
    private long fullAt;

    OverflowWatch(Supplier<ListenCounters> counters) {
        this.counters = counters;
    }

    /**
     * Looks at the counters, but only while the queue is full and no episode has been told.
     *
     * @return how far they have risen, once an episode; else 0
     */
    long tick(long now, boolean full) {
        if (!full) {
            seenFull = false;
            told &= now - fullAt < QUIET_NANOS;
            return 0;
        }
        fullAt = now;
        if (told) {
            return 0;
        }
        ListenCounters read = counters.get();
        double rise = seenFull ? read.since(before).overflows() : 0;
        before = read;
        seenFull = true;
        told = rise > 0;
        return told ? (long) rise : 0;
    }
}
