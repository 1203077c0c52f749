package io.acceptor.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.acceptor.bench.cost.CostMeter.Measured;
import io.acceptor.bench.cost.MeasuredServer;
import io.acceptor.bench.cost.ProbeCost;
import io.acceptor.bench.cost.ProbeCostPlan;
import io.acceptor.bench.cost.ProbeCostPlan.Rates;
import io.acceptor.bench.cost.ProbeCostReport;
import io.acceptor.bench.cost.Round;
import io.acceptor.bench.cost.ServerRounds;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildServerTest {
    private static final String GREETING = "hello\r\n";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void servesAndAnswersUntilItsInputCloses() throws IOException {
        ChildProcess child = ChildProcess.start(
                ServeCommand.class, List.of("-Xmx64m"), List.of("--server=loop-pool", "--port=0", "--workers=2"));
        try (child) {
            assertThat(child.nextLine(LIMIT)).matches("READY 127\\.0\\.0\\.1:\\d+");
            child.sendLine("");
            assertThat(child.nextLine(LIMIT)).startsWith("{\"server\":\"loop-pool\",\"accepted\":0,");
        }
        assertThat(child.exitCode()).hasValue(0);
    }

    @Test
    void aServerThatDoesNotStartIsSaidSo() {
        assertThatThrownBy(() -> ChildServer.start("loop-pool", List.of("--backlog=0"), List.of("-Xmx64m")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("server loop-pool did not start")
                .hasMessageContaining("exit code 2");
    }

    @Test
    void aRoundMeasuresWhatTheServerSaw() throws IOException {
        ProbeCostPlan plan = new ProbeCostPlan(
                1, new Rates(200, 100, 50), Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofMillis(100));
        StringWriter progress = new StringWriter();
        byte[] greeting = GREETING.getBytes(StandardCharsets.UTF_8);
        ChildServer child = ChildServer.start("loop-pool", List.of("--greeting=" + GREETING), List.of("-Xmx64m"));
        try (MeasuredServer server = new MeasuredServer(child, greeting, plan)) {
            List<ServerRounds> results = new ProbeCost(plan, new PrintWriter(progress)).run(List.of(server));
            Round round = results.get(0).rounds().get(0);
            assertThatCostIsComplete(round.flood(), round.flood().result().sent());
            assertThatCostIsComplete(round.greeted(), round.greeted().result().greeted());
            assertThat(round.underFlood().clients().greeted()).isPositive();
            assertThat(new ProbeCostReport(plan, results).toString()).contains("loop-pool", "machine: ");
        }
        assertThat(progress.toString()).contains("warming up", "round 1 of 1, loop-pool");
    }

    private static void assertThatCostIsComplete(Measured<?> measured, long expected) {
        assertThat(measured.cost().atRest()).isTrue();
        assertThat(measured.cost().connections()).isPositive().isEqualTo(expected);
    }
}
