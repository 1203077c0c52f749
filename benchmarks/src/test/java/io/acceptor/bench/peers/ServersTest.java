package io.acceptor.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
    private static final String WEDGED = "loop-wedged";

    static Stream<Arguments> serversWithAndWithoutAPoolOfTheirOwn() {
        return Servers.names().stream()
                .filter(name -> Servers.obstacle(name).isEmpty())
                .flatMap(name ->
                        Stream.of(Arguments.of(name, OptionalInt.empty()), Arguments.of(name, OptionalInt.of(2))));
    }

    static Stream<Arguments> serversThatSurvive() {
        return serversWithAndWithoutAPoolOfTheirOwn().filter(arguments -> !arguments.get()[0].equals(WEDGED));
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
    @MethodSource("serversThatSurvive")
    void survivesProbes(String name, OptionalInt workers) throws IOException {
        int probes = 50;
        try (ServerUnderTest server = Servers.start(name, config(workers))) {
            for (int i = 0; i < probes; i++) {
                probe(server.address());
            }
            await().until(() -> server.counts().accepted(), accepted -> accepted == probes);
            await().until(() -> server.counts().active(), active -> active == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("serversThatSurvive")
    void aGreetingThatFillsTheSocketArrivesWhole(String name, OptionalInt workers) throws IOException {
        String greeting = "0123456789".repeat(1_000_000);
        ServerConfig config = new ServerConfig(config(workers).address(), 128, greeting, workers);
        try (ServerUnderTest server = Servers.start(name, config);
                Socket client = new Socket()) {
            client.connect(server.address());
            assertThat(client.getInputStream().readNBytes(greeting.length())).isEqualTo(config.greetingBytes());
        }
    }

    @Test
    void theBlackBoxListensOnAndGreetsNobodyAfterAProbe() throws IOException {
        try (ServerUnderTest server = Servers.start(WEDGED, config(OptionalInt.empty()))) {
            // One that is alive when it is greeted does no harm; sooner or later one is not.
            await().until(() -> {
                probe(server.address());
                return isSilent(server.address());
            });
            Long accepted = server.counts().accepted();
            probe(server.address());
            assertThat(isSilent(server.address())).isTrue();
            assertThat(server.counts().accepted()).isEqualTo(accepted);
        }
    }

    @ParameterizedTest
    @MethodSource("namesOfServers")
    void aServerThatCannotRunHereSaysWhatItNeeds(String name) {
        Servers.obstacle(name)
                .ifPresent(obstacle -> assertThatThrownBy(() -> Servers.start(name, config(OptionalInt.empty())))
                        .isInstanceOf(IOException.class)
                        .hasMessage("server " + name + " " + obstacle)
                        .hasMessageContaining(" needs "));
        assertThat(Servers.settings(name)).isNotBlank();
    }

    static List<String> namesOfServers() {
        return Servers.names();
    }

    @Test
    void anUnknownServerIsRefused() {
        assertThatThrownBy(() -> Servers.start("nonesuch", config(OptionalInt.empty())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonesuch");
        assertThat(Servers.names()).containsAll(List.of("core", "server-socket", "loop-pool", "c-epoll"));
    }

    private static void probe(InetSocketAddress target) throws IOException {
        Socket probe = new Socket();
        probe.setSoLinger(true, 0);
        probe.connect(target);
        probe.close();
    }

    private static boolean isSilent(InetSocketAddress target) throws IOException {
        try (Socket client = new Socket()) {
            client.connect(target);
            client.setSoTimeout(200);
            client.getInputStream().read();
            return false;
        } catch (SocketTimeoutException silence) {
            return true;
        }
    }

    private static ServerConfig config(OptionalInt workers) {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ServerConfig(anyPort, 128, GREETING, workers);
    }
}
