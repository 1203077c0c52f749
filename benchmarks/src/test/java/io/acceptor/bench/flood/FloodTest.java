package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.measure.SourceAddresses;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FloodTest {
    private static final Duration QUARTER = Duration.ofMillis(250);

    @Test
    void everyProbeReachesTheServerAndIsReset() {
        try (TestServer server = TestServer.start(Socket::close)) {
            FloodResult result = flood(server.address(), 400, QUARTER);
            assertThat(result.intended()).isEqualTo(100);
            assertThat(result.sent()).isPositive().isEqualTo(result.count(ProbeEnd.DONE));
            await().until(() -> server.accepted() >= result.sent());
            assertThat((long) server.accepted()).isEqualTo(result.sent());
        }
    }

    @Test
    void probesToNobodyAreRefused() {
        FloodResult result = flood(TestServer.nobody(), 400, QUARTER);
        assertThat(result.sent()).isPositive().isEqualTo(result.count(ProbeEnd.REFUSED));
    }

    @Test
    void probesBeyondAFullQueueAreUnanswered() {
        int backlog = 3;
        try (TestServer server = TestServer.deaf(backlog)) {
            FloodResult result = flood(server.address(), 100, QUARTER);
            assertThat(result.count(ProbeEnd.DONE)).isEqualTo(backlog + 1);
            assertThat(result.sent()).isGreaterThan(backlog + 1);
            assertThat(result.count(ProbeEnd.UNANSWERED)).isEqualTo(result.sent() - backlog - 1);
        }
    }

    @Test
    void aFloodThatMissesItsRateIsInvalid() {
        try (TestServer server = TestServer.start(Socket::close)) {
            FloodResult result = flood(server.address(), 10_000_000, Duration.ofMillis(50));
            assertThat(result.intended()).isEqualTo(500_000);
            assertThat(result.valid()).isFalse();
            assertThat(result.seconds())
                    .as("what it took, not what it should have taken")
                    .isGreaterThan(0.25);
        }
    }

    @Test
    void onlyLoopbackIsFlooded() {
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 80);
        assertThatThrownBy(() -> flood(elsewhere, 1, QUARTER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback");
    }

    private static FloodResult flood(InetSocketAddress target, int perSecond, Duration length) {
        FloodPlan probes = FloodPlan.ofProbes(Load.open(perSecond), length, Duration.ofMillis(200));
        return Flood.ofProbes(target, new SourceAddresses(), probes).run();
    }
}
