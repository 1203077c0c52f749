package io.acceptor.metrics;

import io.acceptor.AcceptorStats;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An acceptor's books, taken again when they are 10 ms old: the thirty meters of a scrape share one snapshot, and so
 * agree with each other. Thread-safe; under one lock, so that no reader sees an older snapshot after a newer one.
 */
final class RecentStats {
    static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Supplier<AcceptorStats> source;
    private final LongSupplier nanoClock;

    /** Guarded by {@code this}, like the next. */
    private @Nullable AcceptorStats taken;

    private long takenAt;

    RecentStats(Supplier<AcceptorStats> source, LongSupplier nanoClock) {
        this.source = source;
        this.nanoClock = nanoClock;
    }

    synchronized AcceptorStats get() {
        long now = nanoClock.getAsLong();
        AcceptorStats recent = taken;
        if (recent == null || now - takenAt >= MAX_AGE_NANOS) {
            recent = source.get();
            taken = recent;
            takenAt = now;
        }
        return recent;
    }
}
