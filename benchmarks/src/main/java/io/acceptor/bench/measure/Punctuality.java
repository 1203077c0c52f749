package io.acceptor.bench.measure;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How punctually a generator has kept its schedule.
 *
 * @param lateness of all it has started, from the intended moment to the start, in nanoseconds; empty for a closed loop
 * @param toleratedNanos who started later than that was no part of the rate that was offered
 */
public record Punctuality(Histogram lateness, long toleratedNanos) {
    /** A generator that sent less than this share of what it offered has measured something else. */
    public static final double LEAST_SHARE = 0.95;

    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** Of a closed loop, where nobody is expected. */
    public static Punctuality unscheduled() {
        return new Punctuality(new Histogram(1), Long.MAX_VALUE);
    }

    public static Punctuality of(Histogram lateness, Schedule schedule) {
        return new Punctuality(lateness, schedule.toleranceNanos());
    }

    /** How many were started too late. */
    public long tooLate() {
        return toleratedNanos >= lateness.getMaxValue()
                ? 0
                : lateness.getCountBetweenValues(toleratedNanos + 1, lateness.getMaxValue());
    }

    /** NaN if nobody was expected. */
    public double p99Millis() {
        return lateness.getTotalCount() == 0 ? Double.NaN : lateness.getValueAtPercentile(99) / NANOS_PER_MILLI;
    }
}
