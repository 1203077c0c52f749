package io.acceptor.bench.flood;

import io.acceptor.bench.measure.Punctuality;
import io.acceptor.bench.victims.ClientsResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One flood as text, for a terminal. */
final class FloodReport {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);

    private FloodReport() {}

    /**
     * A run and what it means.
     *
     * @param failures thresholds that were not met
     */
    static String of(FloodRun run, List<String> failures) {
        StringBuilder text = new StringBuilder(visitors(run));
        run.visitors()
                .forEach((kind, ends) ->
                        text.append(String.format(Locale.ROOT, "  %-14s %s%n", kind.label(), counts(ends))));
        if (run.victims() != null) {
            text.append(victims(run.victims()));
        }
        run.complaints().forEach(each -> text.append("INVALID: ").append(each).append('\n'));
        failures.forEach(each -> text.append("FAIL: ").append(each).append('\n'));
        return text.toString();
    }

    private static String visitors(FloodRun run) {
        FloodResult flood = run.flood();
        String offered = run.load().isOpen()
                ? String.format(Locale.ROOT, "%,.0f/s offered", run.load().perSecond())
                : "closed loop";
        return String.format(
                Locale.ROOT,
                "visitors: %s, %,.0f/s sent%s; the generator used %.1f us of CPU for each, %.0f %% of a core%n",
                offered,
                flood.sentPerSecond(),
                late(flood.punctuality()),
                flood.ownMicrosEach(),
                100 * flood.ownMicros() / MICROS_PER_SECOND / flood.seconds());
    }

    private static String late(Punctuality punctuality) {
        double p99 = punctuality.p99Millis();
        return Double.isNaN(p99) ? "" : String.format(Locale.ROOT, " (started late: p99 %.2f ms)", p99);
    }

    private static String victims(ClientsResult victims) {
        String text = String.format(
                Locale.ROOT,
                "victims:  %,d of %,d greeted; p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.2f ms (started late: p99 %.2f ms)%n",
                victims.greeted(),
                victims.started(),
                millis(victims, 50),
                millis(victims, 99),
                millis(victims, 99.9),
                millis(victims, 100),
                victims.punctuality().p99Millis());
        return text
                + String.format(Locale.ROOT, "  %-14s %s%n", "ends", counts(victims.ends()))
                + String.format(Locale.ROOT, "  %-14s %s%n", "SYN sent again", counts(victims.retries()));
    }

    private static double millis(ClientsResult victims, double percentile) {
        return victims.latency().getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    /** Those that are there, in the order of the kinds. */
    private static <E extends Enum<E>> String counts(Map<E, Long> counts) {
        return counts.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .map(each -> String.format(
                        Locale.ROOT,
                        "%s %,d",
                        each.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        each.getValue()))
                .collect(Collectors.joining(", "));
    }
}
