package io.acceptor.bench.cost;

import io.acceptor.bench.measure.Limits;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How often and how long servers are measured: what {@code compare} and {@code probe-cost} have in common. */
public final class RoundOptions {
    private static final int MAX_ROUNDS = 100;
    private static final int MAX_SECONDS = 60;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds for each server. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of each phase of a round. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description =
                    "Seconds of probes and as many of clients at each fresh server, uncounted. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "Given to the JVM of every server; can be repeated. Default: none.")
    private List<String> jvmOptions = List.of();

    /** With the defaults of a command. */
    public RoundOptions(int rounds, int seconds, int warmUp) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.warmUp = warmUp;
    }

    public void check(Limits limits) {
        limits.between("--rounds", 1, MAX_ROUNDS, rounds);
        limits.between("--seconds", 1, MAX_SECONDS, seconds);
        limits.between("--warm-up", 1, MAX_SECONDS, warmUp);
    }

    public int rounds() {
        return rounds;
    }

    public Duration phase() {
        return Duration.ofSeconds(seconds);
    }

    public Duration warmUp() {
        return Duration.ofSeconds(warmUp);
    }

    public List<String> jvmOptions() {
        return List.copyOf(jvmOptions);
    }
}
