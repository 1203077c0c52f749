package io.acceptor.metrics;

import java.util.function.DoubleSupplier;

/**
 * How far a number of the kernel has risen since this was made, as a counter may show it: never falling, never NaN.
 * Thread-safe; the number is read under the lock of {@code this}, so that readings are taken in their order.
 *
 * <p>While the number is unknown the rise stands still; what it rose meanwhile is counted as soon as it is known again. A number
 * that has fallen (a 32-bit kernel's counter has wrapped round) is counted on from where it fell to.
 */
final class Rise {
    private final DoubleSupplier number;

    /** The number known last, NaN before there was one. Guarded by {@code this}, like the next. */
    private double last = Double.NaN;

    private double total;

    Rise(DoubleSupplier number) {
        this.number = number;
        total();
    }

    /** Whether the number has ever been known. */
    synchronized boolean known() {
        total();
        return !Double.isNaN(last);
    }

    /** The rise up to now. */
    synchronized double total() {
        double now = number.getAsDouble();
        if (now > last) {
            total += now - last;
        }
        if (!Double.isNaN(now)) {
            last = now;
        }
        return total;
    }
}
