package io.acceptor.queue;

import java.util.concurrent.TimeUnit;

/**
 * Knows how long a queue once found empty need not be looked at, because no connection has come in since. Not
 * thread-safe: {@link QueueSource} guards it.
 */
final class Lull {

    /*
     * A connection is counted a moment before it is queued. A scan that falls in between misses it, and the count will not
     * tell again: so it takes two scans at the same count before the count is relied on. What the count cannot tell (a
     * listener closed, queued connections moved to another listener of a group) is found when the lull is broken off.
     */
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long arrivals = ProcArrivals.UNKNOWN;
    private long scannedAt;
    private boolean settled;

    /** Takes note of a scan, and of the count read before it. */
    void scanned(long arrivalsBefore, long now) {
        if (now == scannedAt && arrivalsBefore == arrivals) {
            return; // the same scan, of a queue named twice
        }
        settled = arrivalsBefore == arrivals && arrivalsBefore != ProcArrivals.UNKNOWN;
        arrivals = arrivalsBefore;
        scannedAt = now;
    }

    boolean lasts(long arrivalsNow, long now) {
        return settled && arrivalsNow == arrivals && now - scannedAt < LONGEST_NANOS;
    }
}
