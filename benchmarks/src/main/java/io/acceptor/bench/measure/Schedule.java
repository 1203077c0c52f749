package io.acceptor.bench.measure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The intended moments of an open loop: a constant rate, whatever the server does. Immutable.
 *
 * @param startNanos the first moment, on the clock of {@link System#nanoTime()}
 * @param perSecond how many a second
 * @param count how many in all
 */
public record Schedule(long startNanos, double perSecond, long count) {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Nearer than this, waiting is spinning: parking a thread overshoots by the kernel's timer slack of 50 us and more. */
    private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(120);

    private static final long LEAST_TOLERANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final double TOLERANCE = 0.05;

    /** Time for the first one to get ready. */
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A schedule that starts in a moment. */
    public static Schedule startingNow(double perSecond, Duration length) {
        long count = Math.max(1, Math.round(perSecond * length.toNanos() / NANOS_PER_SECOND));
        return new Schedule(System.nanoTime() + LEAD_NANOS, perSecond, count);
    }

    /** When number {@code index} is due, counted from 0. */
    public long nanosOf(long index) {
        return startNanos + (long) (index * (NANOS_PER_SECOND / perSecond));
    }

    /**
     * How late one may start and still be part of the rate: 250 ms, or a twentieth of the whole. A generator that is a
     * moment late at the end still has its last ones to start; one that is later offers another rate.
     */
    long toleranceNanos() {
        return Math.max(LEAST_TOLERANCE_NANOS, (long) (TOLERANCE * seconds() * NANOS_PER_SECOND));
    }

    /** Whether even the last is later than is tolerated: nothing starts any more. */
    public boolean isOver() {
        return System.nanoTime() - nanosOf(count) >= toleranceNanos();
    }

    /** How long it takes. */
    public double seconds() {
        return count / perSecond;
    }

    /** Waits for a moment; returns at once when it has passed. */
    public static void await(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
            left = nanos - System.nanoTime();
        }
    }
}
