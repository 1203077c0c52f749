package io.acceptor.bench.victims;

import io.acceptor.bench.measure.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the victims must have seen for a run to pass. */
public final class Thresholds {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    @Option(
            names = "--min-success",
            paramLabel = "PERCENT",
            description = "Fail if fewer victims are greeted. Default: ${DEFAULT-VALUE}.")
    private double minSuccess = 100;

    @Option(
            names = "--max-p99",
            paramLabel = "MILLIS",
            description = "Fail if the victims' 99th percentile is above it. Default: no limit.")
    private @Nullable Double maxP99;

    @Option(
            names = "--max-latency",
            paramLabel = "MILLIS",
            description = "Fail if any greeted victim waited longer. Default: no limit.")
    private @Nullable Double maxLatency;

    public void check(Limits limits) {
        if (!(minSuccess >= 0 && minSuccess <= 100)) {
            throw limits.wrong("--min-success must be from 0 to 100, was " + minSuccess);
        }
        requirePositive(limits, "--max-p99", maxP99);
        requirePositive(limits, "--max-latency", maxLatency);
    }

    private static void requirePositive(Limits limits, String option, @Nullable Double value) {
        if (value != null && !(value > 0)) {
            throw limits.wrong(option + " must be above 0, was " + value);
        }
    }

    /** What was not met; empty if all was. */
    public List<String> failures(ClientsResult victims) {
        List<String> failures = new ArrayList<>();
        double success = 100.0 * victims.greeted() / Math.max(1, victims.started());
        if (success < minSuccess) {
            failures.add(say("%.3f %% of the victims were greeted, below --min-success %s", success, minSuccess));
        }
        above(failures, "the 99th percentile", victims.latency().getValueAtPercentile(99), "--max-p99", maxP99);
        above(failures, "the longest wait", victims.latency().getMaxValue(), "--max-latency", maxLatency);
        return failures;
    }

    private static void above(
            List<String> failures, String what, long nanos, String option, @Nullable Double mostMillis) {
        double millis = nanos / NANOS_PER_MILLI;
        if (mostMillis != null && millis > mostMillis) {
            failures.add(say("%s was %.1f ms, above %s %s", what, millis, option, mostMillis));
        }
    }

    private static String say(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
