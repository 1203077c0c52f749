package io.acceptor.bench.flood;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.acceptor.bench.measure.Limits;
import io.acceptor.bench.measure.Machine;
import io.acceptor.bench.victims.ClientsResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the figures of a flood are written to, besides the terminal. */
final class FloodFiles {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double MILLIS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);
    private static final double[] PERCENTILES = {50, 99, 99.9, 100};
    private static final String[] PERCENTILE_NAMES = {"p50Millis", "p99Millis", "p999Millis", "maxMillis"};

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write a row each 100 ms: visitors, victims, queue depth.")
    private @Nullable Path csv;

    @Option(
            names = "--histogram",
            paramLabel = "FILE",
            description = "Write the victims' latencies each 100 ms as an HdrHistogram log, in nanoseconds.")
    private @Nullable Path histogram;

    void check(Limits limits) {
        limits.writable("--json", json);
        limits.writable("--csv", csv);
        limits.writable("--histogram", histogram);
    }

    void write(List<FloodRun> runs) throws IOException {
        if (json != null) {
            Files.writeString(json, asJson(runs) + "\n", StandardCharsets.UTF_8);
        }
        if (csv != null) {
            Files.writeString(csv, asCsv(runs), StandardCharsets.UTF_8);
        }
        if (histogram != null) {
            writeHistogram(histogram, runs);
        }
    }

    static String asJson(List<FloodRun> runs) {
        JsonArray all = new JsonArray();
        for (FloodRun run : runs) {
            JsonObject object = new JsonObject();
            object.addProperty("offeredPerSecond", run.load().perSecond());
            object.addProperty("sentPerSecond", run.flood().sentPerSecond());
            object.addProperty(
                    "startedLateP99Millis", finite(run.flood().punctuality().p99Millis()));
            object.addProperty("valid", run.complaints().isEmpty());
            object.addProperty("generatorMicrosEach", finite(run.flood().ownMicrosEach()));
            object.add("visitors", counts(run));
            if (run.victims() != null) {
                object.add("victims", victims(run.victims()));
            }
            all.add(object);
        }
        JsonObject whole = new JsonObject();
        whole.addProperty("machine", Machine.describe());
        whole.add("runs", all);
        return new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(whole);
    }

    private static @Nullable Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }

    private static JsonElement counts(FloodRun run) {
        JsonObject kinds = new JsonObject();
        run.visitors().forEach((kind, ends) -> kinds.add(kind.label(), counts(ends)));
        return kinds;
    }

    private static <E extends Enum<E>> JsonObject counts(Map<E, Long> counts) {
        JsonObject object = new JsonObject();
        counts.keySet().stream().sorted().forEach(each -> object.addProperty(each.name(), counts.get(each)));
        return object;
    }

    private static JsonObject victims(ClientsResult victims) {
        JsonObject object = new JsonObject();
        object.addProperty("started", victims.started());
        object.add("ends", counts(victims.ends()));
        object.add("synRetries", counts(victims.retries()));
        for (int i = 0; i < PERCENTILES.length; i++) {
            double nanos = victims.latency().getValueAtPercentile(PERCENTILES[i]);
            object.addProperty(PERCENTILE_NAMES[i], victims.greeted() == 0 ? null : nanos / NANOS_PER_MILLI);
        }
        object.addProperty("startedLateP99Millis", finite(victims.punctuality().p99Millis()));
        return object;
    }

    static String asCsv(List<FloodRun> runs) {
        StringBuilder text = new StringBuilder(
                "offered_per_second,seconds,visitors,greeted,failed,p99_millis,max_millis,queue_depth\n");
        for (FloodRun run : runs) {
            for (Sample sample : run.history().samples()) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s,%.3f,%d,%d,%d,%s,%s,%s%n",
                        run.load().perSecond(),
                        sample.seconds(),
                        sample.visitors(),
                        sample.victims().greeted(),
                        sample.victims().failed(),
                        cell(sample.victims().p99Millis()),
                        cell(sample.victims().maxMillis()),
                        cell(sample.vitals().queueDepth())));
            }
        }
        return text.toString();
    }

    /** Empty if unknown. */
    private static String cell(double number) {
        return Double.isNaN(number) ? "" : String.format(Locale.ROOT, "%.3f", number);
    }

    private static void writeHistogram(Path file, List<FloodRun> runs) throws IOException {
        try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
            HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputLogFormatVersion();
            log.outputComment("victims' latency in nanoseconds, counted from the intended moment");
            log.outputStartTime(runs.isEmpty() ? 0 : runs.get(0).history().startedAtMillis());
            log.outputLegend();
            for (FloodRun run : runs) {
                for (Histogram interval : run.history().intervals()) {
                    log.outputIntervalHistogram(
                            interval.getStartTimeStamp() / MILLIS_PER_SECOND,
                            interval.getEndTimeStamp() / MILLIS_PER_SECOND,
                            interval,
                            NANOS_PER_MILLI);
                }
            }
        }
    }
}
