package io.acceptor.bench.compare;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long a comparison takes: estimated from its plan, then corrected by what it has taken so far. A server that hangs
 * takes longer. Of one thread.
 */
final class TimeLeft {
    /** A JVM starts, and ends. */
    private static final double START_SECONDS = 1.5;

    /** Four looks at what it uses when idle, once a round. */
    private static final double IDLE_SECONDS = 1.6;

    /** The server comes to rest after a phase. */
    private static final double REST_SECONDS = 0.3;

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int SECONDS_PER_MINUTE = 60;

    private final double roundSeconds;
    private final int rounds;
    private final int servers;
    private final int scenarios;
    private final long start = System.nanoTime();

    TimeLeft(TrialPlan plan, int rounds, List<Scenario> scenarios, int servers) {
        this.rounds = rounds;
        this.servers = servers;
        this.scenarios = scenarios.size();
        this.roundSeconds = servers * serverSeconds(plan, scenarios);
    }

    /** One server in one round. */
    private static double serverSeconds(TrialPlan plan, List<Scenario> scenarios) {
        double phases = 0;
        for (Scenario scenario : scenarios) {
            phases += (scenario.floods() ? 2 : 1) * (seconds(plan.phase()) + REST_SECONDS);
        }
        boolean costs = scenarios.stream().anyMatch(scenario -> scenario != Scenario.DESCRIPTORS);
        int processes = (costs ? 1 : 0) + (scenarios.contains(Scenario.DESCRIPTORS) ? 1 : 0);
        return phases + (costs ? IDLE_SECONDS : 0) + processes * (START_SECONDS + 2 * seconds(plan.warmUp()));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }

    /** The whole, as estimated. */
    double expectedSeconds() {
        return rounds * roundSeconds;
    }

    /** What is to come. */
    String announcement() {
        return String.format(
                Locale.ROOT,
                "%d server(s), %d scenario(s), %d round(s): %d trials, about %s",
                servers,
                scenarios,
                rounds,
                trials(),
                show(expectedSeconds()));
    }

    private int trials() {
        return servers * scenarios * rounds;
    }

    /** How far it is after so many trials. */
    String after(int done) {
        return after(done, seconds(Duration.ofNanos(System.nanoTime() - start)));
    }

    String after(int done, double seconds) {
        double left = seconds / done * (trials() - done);
        return String.format(Locale.ROOT, "%d of %d trials, about %s left", done, trials(), show(left));
    }

    private static String show(double seconds) {
        long whole = Math.round(seconds);
        return whole < 2 * SECONDS_PER_MINUTE ? whole + " s" : Math.round(seconds / SECONDS_PER_MINUTE) + " min";
    }
}
