package io.acceptor.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How punctually a generator has kept its schedule.
 *
 * @param lateness of all it has started, from the intended moment to the start, in nanoseconds; empty for a closed loop
 * @param toleratedNanos who started later than that was no part of the rate that was offered
 */
record Punctuality(Histogram lateness, long toleratedNanos) {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** Of a closed loop, where nobody is expected. */
    static Punctuality unscheduled() {
        return new Punctuality(new Histogram(1), Long.MAX_VALUE);
    }

    static Punctuality of(Histogram lateness, Schedule schedule) {
        return new Punctuality(lateness, schedule.toleranceNanos());
    }

    /** How many were started too late. */
    long tooLate() {
        return toleratedNanos >= lateness.getMaxValue()
                ? 0
                : lateness.getCountBetweenValues(toleratedNanos + 1, lateness.getMaxValue());
    }

    /** NaN if nobody was expected. */
    double p99Millis() {
        return lateness.getTotalCount() == 0 ? Double.NaN : lateness.getValueAtPercentile(99) / NANOS_PER_MILLI;
    }
}
