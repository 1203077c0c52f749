package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.measure.Punctuality;
import io.acceptor.bench.victims.ClientEnd;
import io.acceptor.bench.victims.ClientsResult;
import io.acceptor.bench.victims.SynRetries;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FloodReportTest {

    @Test
    void percentilesOfAKnownDistribution() {
        Histogram oneToTenThousandMillis = new Histogram(5);
        Histogram late = new Histogram(5);
        for (int millis = 1; millis <= 10_000; millis++) {
            oneToTenThousandMillis.recordValue(TimeUnit.MILLISECONDS.toNanos(millis));
            late.recordValue(TimeUnit.MICROSECONDS.toNanos(millis));
        }
        ClientsResult victims = new ClientsResult(
                10_100,
                Map.of(ClientEnd.GREETED, 10_000L, ClientEnd.SILENCE, 100L),
                Map.of(SynRetries.NONE, 10_100L),
                oneToTenThousandMillis,
                new Punctuality(late, TimeUnit.SECONDS.toNanos(1)));
        assertThat(report(victims))
                .contains("10,000 of 10,100 greeted; p50 5000.0", ", p99 9900.", ", p99.9 9990.", ", max 10000.")
                .contains("(started late: p99 9.90 ms)")
                .contains("ends           greeted 10,000, silence 100");
    }

    @Test
    void aGeneratorThatCameTooLateSaysSo() {
        Histogram late = new Histogram(3);
        for (int i = 0; i < 100; i++) {
            late.recordValue(TimeUnit.SECONDS.toNanos(i < 90 ? 0 : 2));
        }
        Punctuality punctuality = new Punctuality(late, TimeUnit.SECONDS.toNanos(1));
        ClientsResult victims =
                new ClientsResult(100, Map.of(ClientEnd.GREETED, 100L), Map.of(), new Histogram(3), punctuality);
        assertThat(report(victims))
                .contains("INVALID: the generator fell behind its schedule: 90 of 100 victims on time")
                .doesNotContain("visitors on time");
    }

    private static String report(ClientsResult victims) {
        FloodResult flood = new FloodResult(1_000, 2, Map.of(ProbeEnd.DONE, 1_000L), 20_000, Punctuality.unscheduled());
        FloodRun run = new FloodRun(Load.open(500), flood, Map.of(), victims, new History(0, List.of(), List.of()));
        return FloodReport.of(run, List.of());
    }
}
