package io.acceptor.bench.flood;

import io.acceptor.bench.flood.Behaviour.Times;
import io.acceptor.bench.flood.FloodPlan.Bounds;
import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.measure.Limits;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Who comes, how often and for how long: tcpping's options with its meaning, and what it does not have. */
final class FloodOptions {
    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_AT_ONCE = 10_000;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    @Option(names = "-R", description = "Leave with a reset (RST) instead of a close (FIN).")
    private boolean resets;

    @Option(
            names = "-D",
            paramLabel = "SECONDS",
            description = "Wait so long, fractions allowed, before the reset or close. Default: 0.")
    private double delay;

    @Option(
            names = "-t",
            paramLabel = "SECONDS",
            description = "Give up on connecting, and on what the server is to say, after so long. Default: 2.")
    private double timeout = 2;

    @Option(names = "-c", paramLabel = "COUNT", description = "Stop after so many visitors. Default: no limit.")
    private long count = Long.MAX_VALUE;

    @ArgGroup
    private @Nullable LoadOption load;

    /** One of them. */
    static final class LoadOption {
        @Option(names = "-i", paramLabel = "SECONDS", description = "One visitor every so often, fractions allowed.")
        private @Nullable Double interval;

        @Option(
                names = "--rate",
                paramLabel = "N",
                description = "Open loop: so many visitors a second, whatever the server does. Default: 1000.")
        private @Nullable Integer rate;

        @Option(
                names = "--connections",
                paramLabel = "N",
                description = "Closed loop: so many at once, each followed by the next as soon as it is done.")
        private @Nullable Integer connections;

        @Option(
                names = "--ramp",
                paramLabel = "FROM:TO:STEP",
                description =
                        "Open loops of rising rate, up to the first that fails or that the generator cannot keep up;"
                                + " says where the knee is.")
        private @Nullable String ramp;
    }

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of the flood, or of each step of a ramp. Default: ${DEFAULT-VALUE}.")
    private int seconds = 10;

    @Option(
            names = "--mix",
            split = ",",
            paramLabel = "KIND=WEIGHT",
            description = "Visitors of several kinds, drawn by weight, instead of -R: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Kinds.class)
    private List<String> mix = List.of();

    @Option(
            names = "--hold",
            paramLabel = "SECONDS",
            description = "How long those stay who stay. Default: ${DEFAULT-VALUE}.")
    private double hold = 5;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed draws the same visitors. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    /** For help and completion. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Behaviour.values())
                    .map(each -> each.label() + " (" + each.meaning() + ")")
                    .iterator();
        }
    }

    void check(Limits limits) {
        limits.between("--seconds", 1, MAX_SECONDS, seconds);
        limits.between("-D", 0, MAX_SECONDS, delay);
        limits.between("-t", 0.001, MAX_SECONDS, timeout);
        limits.between("--hold", 0, MAX_SECONDS, hold);
        if (count < 1) {
            throw limits.wrong("-c must be at least 1, was " + count);
        }
        checkedMix(limits);
        loads(limits);
    }

    /** One load, or the steps of a ramp. */
    List<Load> loads(Limits limits) {
        if (load == null) {
            return List.of(Load.open(1_000));
        }
        if (load.interval != null) {
            return List.of(Load.open(1 / limits.between("-i", 1.0 / Limits.MAX_RATE, MAX_SECONDS, load.interval)));
        }
        if (load.connections != null) {
            return List.of(Load.closed(limits.between("--connections", 1, MAX_AT_ONCE, load.connections)));
        }
        if (load.ramp != null) {
            return Ramp.parse(load.ramp, limits);
        }
        return List.of(Load.open(limits.between("--rate", 1, Limits.MAX_RATE, load.rate == null ? 0 : load.rate)));
    }

    boolean isRamp() {
        return load != null && load.ramp != null;
    }

    private Mix checkedMix(Limits limits) {
        if (mix.isEmpty()) {
            return Mix.of(
                    delay > 0
                            ? (resets ? Behaviour.RESET_AFTER : Behaviour.FIN_AFTER)
                            : (resets ? Behaviour.RESET : Behaviour.FIN));
        }
        if (resets) {
            throw limits.wrong("-R and --mix are mutually exclusive");
        }
        try {
            return Mix.parse(mix);
        } catch (IllegalArgumentException e) {
            throw limits.wrong("--mix: " + e.getMessage());
        }
    }

    FloodPlan plan(Load step, Limits limits) {
        return new FloodPlan(
                checkedMix(limits),
                step,
                new Bounds(Duration.ofSeconds(seconds), count),
                new Times(duration(delay), duration(hold), duration(timeout), 1),
                seed);
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * NANOS_PER_SECOND));
    }
}
