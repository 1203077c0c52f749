package io.acceptor.bench.cost;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Runs a plan over servers: warm-up for each, then rounds interleaved (A B A B). */
public final class ProbeCost {
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private final ProbeCostPlan plan;
    private final PrintWriter progress;

    /**
     * Prepares a run.
     *
     * @param progress gets a line for each step
     */
    public ProbeCost(ProbeCostPlan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @return the rounds of each server, in the servers' order
     * @throws IOException if a server is lost
     */
    public List<ServerRounds> run(List<MeasuredServer> servers) throws IOException {
        List<ServerRounds> results = new ArrayList<>();
        for (MeasuredServer server : servers) {
            say("%s: warming up", server.name());
            server.warmUp();
            results.add(new ServerRounds(server.name(), new ArrayList<>()));
        }
        for (int number = 1; number <= plan.rounds(); number++) {
            for (int i = 0; i < servers.size(); i++) {
                Round round = servers.get(i).round();
                results.get(i).rounds().add(round);
                tell(number, servers.get(i).name(), round);
            }
        }
        return results;
    }

    private void tell(int number, String server, Round round) {
        say(
                "round %d of %d, %s: %,d probes at %.1f us, %,d greeted at %.1f us, under the flood p99 %,.0f us",
                number,
                plan.rounds(),
                server,
                round.flood().cost().connections(),
                round.flood().cost().each(),
                round.greeted().cost().connections(),
                round.greeted().cost().each(),
                round.underFlood().clients().latency().getValueAtPercentile(99) / NANOS_PER_MICRO);
        for (String complaint : round.complaints()) {
            say("  INVALID: %s", complaint);
        }
    }

    private void say(String format, Object... arguments) {
        progress.printf(Locale.ROOT, format + "%n", arguments);
        progress.flush();
    }
}
