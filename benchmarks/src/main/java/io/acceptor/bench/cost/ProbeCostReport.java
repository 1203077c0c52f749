package io.acceptor.bench.cost;

import io.acceptor.bench.flood.FloodResult;
import io.acceptor.bench.flood.ProbeEnd;
import io.acceptor.bench.measure.Machine;
import io.acceptor.bench.measure.TextTable;
import io.acceptor.bench.victims.ClientsResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The figures of {@code probe-cost} as text: a table with servers side by side, ratios, and the machine. */
public final class ProbeCostReport {
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);
    private static final double MICROS_PER_MILLI = TimeUnit.MILLISECONDS.toMicros(1);

    private final ProbeCostPlan plan;
    private final List<ServerRounds> servers;

    public ProbeCostReport(ProbeCostPlan plan, List<ServerRounds> servers) {
        this.plan = plan;
        this.servers = List.copyOf(servers);
    }

    @Override
    public String toString() {
        return question() + "\n" + table() + "\n" + ratios() + notes() + "machine: " + Machine.describe() + "\n";
    }

    private String question() {
        return String.format(
                Locale.ROOT,
                "What does a connect-and-reset probe cost the server? %d rounds, servers in turn; in each %.1f s of"
                        + " %,d probes/s, %.1f s of %,d greeted clients/s, %.1f s of both (%,d clients/s).%n",
                plan.rounds(),
                seconds(),
                plan.rates().probes(),
                seconds(),
                plan.rates().greeted(),
                seconds(),
                plan.rates().clients());
    }

    private double seconds() {
        return plan.phase().toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private TextTable table() {
        List<String> header = new ArrayList<>(List.of("median (least to most)"));
        servers.forEach(each -> header.add(each.server()));
        TextTable table = new TextTable(header);
        spread(table, "server CPU per probe, us", 1, ProbeCostReport::perProbe);
        spread(table, "server CPU per greeted client, us", 1, ProbeCostReport::perGreeted);
        spread(table, "latency under the flood, p50, us", 0, latencyAt(50));
        spread(table, "latency under the flood, p99, us", 0, latencyAt(99));
        spread(table, "latency under the flood, max, us", 0, latencyAt(100));
        spread(table, "  of it the generator's own, p99, us", 0, ProbeCostReport::ownLateness);
        row(table, "clients not greeted", ProbeCostReport::notGreeted);
        spread(table, "probes sent a second", 0, round -> round.flood().result().sentPerSecond());
        row(table, "probes unanswered or refused", ProbeCostReport::unanswered);
        spread(table, "idle CPU (the least is subtracted), us/s", 0, Round::idleMicrosPerSecond);
        spread(table, "machine busy with others, %", 0, round -> 100 * round.others());
        row(table, "valid rounds", ProbeCostReport::validRounds);
        return table;
    }

    private void spread(TextTable table, String label, int decimals, ToDoubleFunction<Round> figure) {
        row(table, label, each -> each.spread(figure).show(decimals));
    }

    private void row(TextTable table, String label, Function<ServerRounds, String> cell) {
        List<String> cells = new ArrayList<>(List.of(label));
        servers.forEach(each -> cells.add(cell.apply(each)));
        table.add(cells);
    }

    private String ratios() {
        StringBuilder text = new StringBuilder();
        ServerRounds first = servers.get(0);
        for (ServerRounds other : servers.subList(1, servers.size())) {
            text.append(String.format(
                    "%s / %s: CPU per probe %s, per greeted client %s%n",
                    first.server(),
                    other.server(),
                    first.ratio(other, ProbeCostReport::perProbe).show(2),
                    first.ratio(other, ProbeCostReport::perGreeted).show(2)));
        }
        return text.toString();
    }

    private static String notes() {
        return "Invalid rounds are left out. Ratios are taken round by round. Latency counts from the intended moment.\n";
    }

    private static double perProbe(Round round) {
        return round.flood().cost().each();
    }

    private static double perGreeted(Round round) {
        return round.greeted().cost().each();
    }

    private static ToDoubleFunction<Round> latencyAt(double percentile) {
        return round -> round.underFlood().clients().latency().getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    private static double ownLateness(Round round) {
        return round.underFlood().clients().punctuality().p99Millis() * MICROS_PER_MILLI;
    }

    private static String notGreeted(ServerRounds server) {
        double all = server.sum(round -> clients(round, ClientsResult::started));
        double greeted = server.sum(round -> clients(round, ClientsResult::greeted));
        return String.format(Locale.ROOT, "%,.0f of %,.0f", all - greeted, all);
    }

    /** With and without a flood. */
    private static double clients(Round round, ToDoubleFunction<ClientsResult> count) {
        return count.applyAsDouble(round.greeted().result())
                + count.applyAsDouble(round.underFlood().clients());
    }

    private static String unanswered(ServerRounds server) {
        double count = server.sum(round ->
                notReset(round.flood().result()) + notReset(round.underFlood().probes()));
        return String.format(Locale.ROOT, "%,.0f", count);
    }

    private static String validRounds(ServerRounds server) {
        return server.valid().size() + " of " + server.rounds().size();
    }

    private static double notReset(FloodResult flood) {
        return flood.count(ProbeEnd.UNANSWERED) + flood.count(ProbeEnd.REFUSED);
    }
}
