package io.acceptor.examples.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.examples.Child;
import io.acceptor.it.HaproxyStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The example behind a real HAProxy with the configurations that are shipped. */
@Timeout(180)
final class RollingRestartIT {
    private static final int CLIENTS = 4;
    private static final Pattern DRAINED = Pattern.compile("(DrainReport.*)");
    private static final Pattern OUTCOMES = Pattern.compile("outcomes: (.*)");

    /** Which of the two servers, and how its checks by HAProxy end. */
    private enum Kind {
        DIRECT("haproxy.cfg", "--grace=10000", "RESET_AFTER_GREETING"),
        PROXIED("proxy-protocol.cfg", "--proxy-from=127.0.0.1", "PROXY_LOCAL");

        private final String configuration;
        private final String option;
        private final String checked;

        Kind(String configuration, String option, String checked) {
            this.configuration = configuration;
            this.option = option;
            this.checked = checked;
        }
    }

    private final List<Child> servers = new ArrayList<>();

    @TempDir
    private Path directory;

    private Ports ports;
    private HaproxyStatus status;
    private Child haproxy;

    /** In place of those of the shipped configuration. */
    private record Ports(int front, List<Integer> servers, List<Integer> agents) {
        static Ports free() throws IOException {
            List<ServerSocket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 5; i++) {
                    sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                }
                List<Integer> numbers =
                        sockets.stream().map(ServerSocket::getLocalPort).toList();
                return new Ports(numbers.get(0), numbers.subList(1, 3), numbers.subList(3, 5));
            } finally {
                for (ServerSocket socket : sockets) {
                    socket.close();
                }
            }
        }

        /** Without retries too: what is lost shall be seen. */
        String in(String configuration) {
            return configuration
                    .replace("  mode tcp\n", "  mode tcp\n  retries 0\n")
                    .replace(":4000", ":" + front)
                    .replace(":4001", ":" + servers.get(0))
                    .replace(":4002", ":" + servers.get(1))
                    .replace("agent-port 4101", "agent-port " + agents.get(0))
                    .replace("agent-port 4102", "agent-port " + agents.get(1));
        }
    }

    private void startAll(Kind kind) throws Exception {
        Child.require("haproxy");
        ports = Ports.free();
        for (int number = 0; number < 2; number++) {
            servers.add(startServer(kind, number));
        }
        Path control = directory.resolve("control");
        String global = "global\n  stats socket " + control + " mode 600 level admin\n";
        Path config = directory.resolve("haproxy.cfg");
        Files.writeString(config, global + ports.in(Files.readString(Path.of("haproxy", kind.configuration))));
        haproxy = Child.start(List.of("haproxy", "-db", "-f", config.toString()));
        status = new HaproxyStatus(control);
    }

    private Child startServer(Kind kind, int number) throws IOException {
        Child server = Child.example(
                "haproxy",
                "--port=" + ports.servers().get(number),
                "--agent-port=" + ports.agents().get(number),
                kind.option);
        server.port();
        return server;
    }

    @AfterEach
    void endAll() {
        servers.forEach(Child::terminate); // all at once: each has its lame-duck time
        servers.forEach(Child::close);
        if (haproxy != null) {
            haproxy.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNoClient(Kind kind) throws Exception {
        startAll(kind);
        awaitBothUp();
        List<Child> retired = new ArrayList<>();
        try (Load load = new Load(ports.front(), CLIENTS, kind == Kind.PROXIED)) {
            for (int number = 0; number < 2; number++) {
                awaitProgress(load);
                Child old = servers.get(number);
                retired.add(old);
                old.terminate();
                assertThat(old.exitCode()).as("%s", old).isEqualTo(143);
                servers.set(number, startServer(kind, number));
                awaitBothUp();
            }
            awaitProgress(load);
            load.stop();
            System.out.printf(
                    "%s: %,d clients served, %d lost%n",
                    kind, load.served(), load.lost().size());
            assertThat(load.lost()).as("of %s", load.served()).isEmpty();
        }
        for (Child old : retired) {
            System.out.println(old.find(DRAINED) + ", " + old.find(OUTCOMES));
            assertThat(old.find(DRAINED)).contains("cut=0");
            assertThat(old.find(OUTCOMES)).matches("COMPLETED \\d+, " + kind.checked + " \\d+");
        }
    }

    /** So that what is measured happens under load. */
    private static void awaitProgress(Load load) {
        long before = load.served();
        await().atMost(Duration.ofSeconds(30)).until(() -> load.served() > before + 200);
    }

    private void awaitBothUp() {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    assertThat(haproxy.lines()).noneMatch(line -> line.contains("ALERT"));
                    assertThat(status.servers()).containsOnlyKeys("echo/one", "echo/two");
                    assertThat(status.servers().values())
                            .extracting(HaproxyStatus.Server::status)
                            .containsOnly("UP");
                });
    }
}
