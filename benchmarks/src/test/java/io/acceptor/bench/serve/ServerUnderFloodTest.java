package io.acceptor.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.serve.ServerUnderFlood.FloodEnd;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerUnderFloodTest {

    @Test
    void theFloodReallyRunsWhileClientsAreGreeted() throws IOException {
        try (ServerUnderFlood server = ServerUnderFlood.start("loop-pool", 12)) {
            server.startFlood(500, Duration.ofMillis(400));
            int greeted = server.greet(4);
            FloodEnd end = server.endFlood();
            assertThat(greeted).isEqualTo(4);
            assertThat(end.probes()).isPositive();
            assertThat(end.serverAccepted()).isGreaterThan(4);
            assertThat(end.serverMicros()).isPositive();
        }
    }

    @Test
    void aMissedRateIsSaidSo() throws IOException {
        try (ServerUnderFlood server = ServerUnderFlood.start("loop-pool", 12)) {
            server.startFlood(50_000_000, Duration.ofMillis(50));
            assertThat(server.endFlood().keptItsRate()).isFalse();
        }
    }

    @Test
    void withoutAFloodThereIsNoneToMiss() throws IOException {
        try (ServerUnderFlood server = ServerUnderFlood.start("loop-pool", 100)) {
            server.startFlood(0, Duration.ofSeconds(1));
            assertThat(server.greet(1)).isEqualTo(1);
            FloodEnd end = server.endFlood();
            assertThat(end.keptItsRate()).isTrue();
            assertThat(end.probes()).isZero();
        }
    }
}
