package io.acceptor.queue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.LongSupplier;

/**
 * The highest value of the last 30 to 60 seconds, NaN without any.
 *
 * <p>Thread-safe and lock-free; allocates only when a value is a new maximum of its half, or the first of it.
 */
final class PeakWindow {

    /*
     * Time since construction is cut into halves of 30 s. Kept are the maximum of the newest half that saw a value and that
     * of the half before it. A reader whose clock is one half further sees the current maximum as the previous one, and one
     * further still sees none: so nothing has to rotate the window while nobody writes. A writer whose clock reading is
     * older than the newest half (it was held up) is counted into the newest.
     */
    static final long HALF_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long NONE = -1;

    private static final AtomicReferenceFieldUpdater<PeakWindow, Halves> HALVES =
            AtomicReferenceFieldUpdater.newUpdater(PeakWindow.class, Halves.class, "halves");

    private final LongSupplier nanoClock;
    private final long start;
    private volatile Halves halves = new Halves(0, NONE, NONE);

    PeakWindow(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
    }

    /** Counts a value of this moment, at least 0. */
    void fold(long value) {
        long now = half();
        Halves seen = halves;
        while (!seen.covers(now, value) && !HALVES.compareAndSet(this, seen, seen.with(now, value))) {
            seen = halves;
        }
    }

    double highest() {
        Halves now = halves.at(half());
        long highest = Math.max(now.current, now.previous);
        return highest == NONE ? Double.NaN : highest;
    }

    private long half() {
        return (nanoClock.getAsLong() - start) / HALF_NANOS;
    }

    private record Halves(long half, long current, long previous) {
        Halves at(long now) {
            if (now <= half) {
                return this;
            }
            return new Halves(now, NONE, now == half + 1 ? current : NONE);
        }

        boolean covers(long now, long value) {
            return now <= half && value <= current;
        }

        Halves with(long now, long value) {
            Halves moved = at(now);
            return new Halves(moved.half, Math.max(moved.current, value), moved.previous);
        }
    }
}
