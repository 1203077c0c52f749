package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.it.Peers.Client;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The meters of a server at work. */
@Timeout(60)
class MetersIT {
    private static final int CLIENTS = 5;
    private static final int PROBES = 7;

    @Test
    void theyShowWhatTheServerHasDone() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Acceptor acceptor = Acceptor.builder()
                .greeting(Greeting.of("hello\n", US_ASCII))
                .handler(connection -> connection.input().transferTo(connection.output()))
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            acceptor.metrics().bindTo(registry);
            for (int i = 0; i < CLIENTS; i++) {
                try (Client client = Peers.connect(acceptor.localAddress().getPort())) {
                    assertThat(client.hear(6)).isEqualTo("hello\n");
                    assertThat(client.say("ping").hear(4)).isEqualTo("ping");
                }
            }
            Peers.probe(acceptor.localAddress().getPort(), PROBES, 1);
            await().until(() -> acceptor.stats().ended() == CLIENTS + PROBES);
            assertThat(registry.get("acceptor.greeting").timer().count())
                    .isBetween((long) CLIENTS, (long) CLIENTS + PROBES);
            assertThat(registry.get("acceptor.handoff").timer().count()).isEqualTo(CLIENTS);
            await().untilAsserted(() -> assertThat(
                            registry.get("acceptor.accepted").functionCounter().count())
                    .isEqualTo(CLIENTS + PROBES));
            assertThat(registry.get("acceptor.connections")
                            .tag("outcome", "completed")
                            .functionCounter()
                            .count())
                    .isEqualTo(CLIENTS);
        }
    }
}
