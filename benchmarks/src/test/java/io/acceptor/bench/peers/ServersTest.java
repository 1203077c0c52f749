package io.acceptor.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServersTest {
    private static final String GREETING = "hello\r\n";

    static Stream<Arguments> serversWithAndWithoutAPoolOfTheirOwn() {
        return Servers.names().stream()
                .flatMap(name ->
                        Stream.of(Arguments.of(name, OptionalInt.empty()), Arguments.of(name, OptionalInt.of(2))));
    }

    @ParameterizedTest
    @MethodSource("serversWithAndWithoutAPoolOfTheirOwn")
    void greetsReadsToTheEndAndCounts(String name, OptionalInt workers) throws IOException {
        try (ServerUnderTest server = Servers.start(name, config(workers))) {
            try (Socket client = new Socket()) {
                client.connect(server.address());
                assertThat(client.getInputStream().readNBytes(GREETING.length()))
                        .isEqualTo(config(workers).greetingBytes());
                client.getOutputStream().write("bye".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> server.counts().active(), active -> active == 1);
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            await().until(() -> server.counts().active(), active -> active == 0);
            assertThat(server.counts().accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("serversWithAndWithoutAPoolOfTheirOwn")
    void survivesProbes(String name, OptionalInt workers) throws IOException {
        int probes = 50;
        try (ServerUnderTest server = Servers.start(name, config(workers))) {
            for (int i = 0; i < probes; i++) {
                Socket probe = new Socket();
                probe.setSoLinger(true, 0);
                probe.connect(server.address());
                probe.close();
            }
            await().until(() -> server.counts().accepted(), accepted -> accepted == probes);
            await().until(() -> server.counts().active(), active -> active == 0);
        }
    }

    @Test
    void anUnknownServerIsRefused() {
        assertThatThrownBy(() -> Servers.start("nonesuch", config(OptionalInt.empty())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonesuch");
        assertThat(Servers.names()).containsAll(List.of("core", "server-socket", "loop-pool"));
    }

    private static ServerConfig config(OptionalInt workers) {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ServerConfig(anyPort, 128, GREETING, workers);
    }
}
