package io.acceptor.engine;

import java.util.concurrent.TimeUnit;

/** Lets one failure a second through and counts the others: a client must not be able to flood the log. Thread-safe. */
final class FailureLimiter {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private boolean any; // guarded by this
    private long last; // guarded by this
    private long leftOut; // guarded by this

    /** How many were left out since the last one that was let through, or -1 to leave this one out too. */
    synchronized long tryLog(long now) {
        if (any && now - last < INTERVAL_NANOS) {
            leftOut++;
            return -1;
        }
        any = true;
        last = now;
        long before = leftOut;
        leftOut = 0;
        return before;
    }
}
