package io.acceptor.bench.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.cost.CostMeter.Measured;
import io.acceptor.bench.cost.ProbeCostPlan.Rates;
import io.acceptor.bench.cost.Round.UnderFlood;
import io.acceptor.bench.flood.FloodResult;
import io.acceptor.bench.flood.ProbeEnd;
import io.acceptor.bench.measure.Punctuality;
import io.acceptor.bench.victims.ClientEnd;
import io.acceptor.bench.victims.ClientsResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ProbeCostReportTest {
    private static final ProbeCostPlan PLAN = new ProbeCostPlan(
            3, new Rates(1_000, 100, 10), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1));

    @Test
    void showsMediansSpreadAndRatios() {
        ServerRounds ours = rounds("ours", 5, 6, 4);
        ServerRounds theirs = rounds("theirs", 10, 10, 20);
        assertThat(report(ours, theirs))
                .containsPattern("server CPU per probe, us +5\\.0 \\(4\\.0 to 6\\.0\\) +10\\.0 \\(10\\.0 to 20\\.0\\)")
                .contains("ours / theirs: CPU per probe 0.50 (0.20 to 0.60)")
                .containsPattern("valid rounds +3 of 3 +3 of 3");
    }

    @Test
    void leavesInvalidRoundsOut() {
        Round missed = round(100, 949);
        ServerRounds ours = new ServerRounds("ours", List.of(round(5, 950), missed));
        assertThat(missed.complaints()).singleElement().asString().contains("missed its rate: flood, 949 of 1,000");
        assertThat(report(ours))
                .containsPattern("server CPU per probe, us +5\\.0 \\(5\\.0 to 5\\.0\\)")
                .containsPattern("valid rounds +1 of 2");
    }

    @Test
    void hasNoFiguresWithoutAValidRound() {
        assertThat(report(new ServerRounds("ours", List.of(round(5, 0))))).containsPattern("per probe, us +-\n");
    }

    private static String report(ServerRounds... servers) {
        return new ProbeCostReport(PLAN, List.of(servers)).toString();
    }

    private static ServerRounds rounds(String name, double... microsPerProbe) {
        return new ServerRounds(
                name,
                DoubleStream.of(microsPerProbe)
                        .mapToObj(micros -> round(micros, 1_000))
                        .toList());
    }

    private static Round round(double microsPerProbe, long sent) {
        FloodResult flood = new FloodResult(1_000, 1, Map.of(ProbeEnd.DONE, sent), 0, Punctuality.unscheduled());
        FloodResult kept = new FloodResult(1_000, 1, Map.of(ProbeEnd.DONE, 1_000L), 0, Punctuality.unscheduled());
        ClientsResult clients = new ClientsResult(
                1, Map.of(ClientEnd.GREETED, 1L), Map.of(), new Histogram(3), Punctuality.unscheduled());
        return new Round(
                0,
                new Measured<>(flood, new Cost(microsPerProbe * 100, 100, true)),
                new Measured<>(clients, new Cost(1, 1, true)),
                new UnderFlood(kept, clients),
                0);
    }
}
