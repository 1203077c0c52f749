package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.Acceptor;
import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.ResilientServerSocket;
import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The incident's setting with a real balancer: HAProxy checks every 20 ms and passes clients on. It lasts 30 seconds;
 * {@code -Dacceptor.it.haproxy.seconds} makes that more or less.
 *
 * <p>Each server is checked in three ways. HAProxy's plain check acknowledges nothing (it switches TCP_QUICKACK off), so its
 * reset meets a connection that the kernel has not made yet: accept() never sees it, and only TcpExt's EmbryonicRsts tells.
 * The other two reach accept(): one waits for the greeting and resets, one closes with a FIN.
 */
@Timeout(600)
class HaproxyIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("acceptor.it.haproxy.seconds", 30));
    private static final int CHECK_MILLIS = 20;
    private static final String NAME = "behind-haproxy";
    private static final String GREETING = "220 ready\r\n";

    private final int descriptorsBefore = Descriptors.open();
    private String program;

    /** How a server is checked: the lines of a section of the configuration. */
    private enum Check {
        PLAIN(""),
        EXPECTING("  option tcp-check\n  tcp-check connect\n  tcp-check expect string 220\n"),
        LINGERING("  option tcp-check\n  tcp-check connect linger\n");

        final String lines;

        Check(String lines) {
            this.lines = lines;
        }

        String section(String backend) {
            return backend + "-" + name().toLowerCase(Locale.ROOT);
        }
    }

    /** One server behind the balancer, and what its clients have seen. */
    private static final class Backend {
        final String name;
        final int port;
        final int frontend;
        final Supplier<AcceptorStats> stats;
        int clients;

        Backend(String name, int port, Supplier<AcceptorStats> stats) throws IOException {
            this.name = name;
            this.port = port;
            this.stats = stats;
            try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
                this.frontend = free.getLocalPort();
            }
        }

        void clientIsServed() throws IOException {
            try (Client client = Peers.connect(frontend)) {
                assertThat(client.hear(GREETING.length())).as(name).isEqualTo(GREETING);
                String line = "line " + clients + "\r\n";
                assertThat(client.say(line).hear(line.length())).as(name).isEqualTo(line);
            }
            clients++;
        }
    }

    @BeforeEach
    void needHaproxy() {
        program = Program.require("haproxy");
    }

    @Test
    void itsChecksAreCountedAndClientsAreServedAllAlong(@TempDir Path directory, TestReporter reporter)
            throws Exception {
        try (CapturedLog log = new CapturedLog(Level.DEBUG, NAME)) {
            try (Acceptor acceptor = Acceptor.builder()
                            .name(NAME)
                            .greeting(Greeting.of(GREETING, US_ASCII))
                            .handler(connection -> connection.input().transferTo(connection.output()))
                            .start(ANY_PORT);
                    ResilientServerSocket server =
                            ResilientServerSocket.builder().name(NAME).bind(ANY_PORT)) {
                startPlainLoop(server);
                List<Backend> backends = List.of(
                        new Backend("acceptor", acceptor.localAddress().getPort(), acceptor::stats),
                        new Backend("server-socket", server.getLocalPort(), server::stats));
                checkAndServe(directory, backends, reporter);
                assertThat(acceptor.health().ready()).isTrue();
                assertThat(server.health().ready()).isTrue();
            }
            assertThat(log.lines(Level.INFO)).isEmpty();
            assertThat(log.lines(Level.DEBUG)).as("it was listened to").isNotEmpty();
        }
        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptorsBefore));
    }

    private void checkAndServe(Path directory, List<Backend> backends, TestReporter reporter) throws Exception {
        long embryonicBefore = embryonicResets();
        Path control = directory.resolve("control");
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), config(control, backends));
        try (Program haproxy = Program.startWithoutInput(directory, program, "-db", "-f", config.toString())) {
            serveClients(haproxy, new HaproxyStatus(control), backends, reporter);
        }
        for (Backend backend : backends) {
            assertBooks(backend, reporter);
        }
        long embryonic = embryonicResets() - embryonicBefore;
        reporter.publishEntry("plain checks that the kernel kept to itself", String.valueOf(embryonic));
        assertThat(embryonic).as("plain checks of both").isGreaterThan(backends.size() * checksDue() / 2);
    }

    /** Half of them must have been made at least: a machine may be busy. */
    private static long checksDue() {
        return RUN.toMillis() / CHECK_MILLIS;
    }

    /** Connections that were reset before the kernel had made them, in this network namespace. */
    private static long embryonicResets() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/net/netstat"));
        List<String> names = List.of(lines.get(0).split(" ", -1));
        return Long.parseLong(lines.get(1).split(" ", -1)[names.indexOf("EmbryonicRsts")]);
    }

    private static String config(Path control, List<Backend> backends) {
        StringBuilder text = new StringBuilder()
                .append("global\n  stats socket " + control + " mode 600 level admin\n")
                .append("defaults\n  mode tcp\n  timeout check 5s\n")
                .append("  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n");
        for (Backend backend : backends) {
            for (Check check : Check.values()) {
                text.append("listen " + check.section(backend.name) + "\n").append(check.lines);
                if (check == Check.PLAIN) {
                    text.append("  bind 127.0.0.1:" + backend.frontend + "\n");
                }
                text.append("  server one 127.0.0.1:" + backend.port + " check inter " + CHECK_MILLIS + "ms\n");
            }
        }
        return text.toString();
    }

    /** The loop that many applications have: greets, reads, answers, one client after the other. */
    private static void startPlainLoop(ServerSocket server) {
        Thread thread = new Thread(
                () -> {
                    while (!server.isClosed()) {
                        try (Socket socket = server.accept()) {
                            socket.getOutputStream().write(GREETING.getBytes(US_ASCII));
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        } catch (IOException e) {
                            // a probe that got through; the books tell
                        }
                    }
                },
                "plain loop");
        thread.setDaemon(true);
        thread.start();
    }

    private static void serveClients(
            Program haproxy, HaproxyStatus status, List<Backend> backends, TestReporter reporter) throws Exception {
        await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> status.servers().size() == backends.size() * Check.values().length);
        long end = System.nanoTime() + RUN.toNanos();
        while (System.nanoTime() - end < 0) {
            assertThat(haproxy.process().isAlive()).as(haproxy.errors()).isTrue();
            for (Backend backend : backends) {
                backend.clientIsServed();
            }
            assertThat(status.servers().values())
                    .extracting(HaproxyStatus.Server::status)
                    .containsOnly("UP");
        }
        Map<String, HaproxyStatus.Server> servers = status.servers();
        servers.forEach((name, seen) -> {
            reporter.publishEntry(name + " as HAProxy saw it", seen.toString());
            assertThat(seen.wentDown()).as("transitions of %s to DOWN", name).isZero();
            assertThat(seen.failedChecks()).as("failed checks of %s", name).isZero();
            assertThat(seen.connectionErrors())
                    .as("clients it could not pass on")
                    .isZero();
        });
        for (Backend backend : backends) {
            assertThat(servers.get(Check.PLAIN.section(backend.name) + "/one").sessions())
                    .as("clients passed on")
                    .isEqualTo(backend.clients);
        }
    }

    /** Every check ended as a probe does, every client as a client, and nothing else happened. */
    private static void assertBooks(Backend backend, TestReporter reporter) {
        await().untilAsserted(() -> {
            AcceptorStats stats = backend.stats.get();
            assertThat(stats.ended()).isEqualTo(stats.accepted());
        });
        AcceptorStats stats = backend.stats.get();
        reporter.publishEntry(backend.name + " as it saw itself", seen(stats).toString());
        assertThat(stats.outcomes()).as(backend.name).containsEntry(Outcome.COMPLETED, (long) backend.clients);
        assertThat(stats.probeLike()).isEqualTo(stats.accepted() - backend.clients);
        assertThat(stats.probeLike())
                .as("checks of two kinds, half of what is due at least")
                .isGreaterThan(2 * checksDue() / 2);
        assertThat(stats.rejections().values()).containsOnly(0L);
        assertThat(stats.acceptErrors().values()).containsOnly(0L);
        assertThat(stats.stalls()).isZero();
        assertThat(stats.eventsDropped()).isZero();
    }

    private static Map<Outcome, Long> seen(AcceptorStats stats) {
        return stats.outcomes().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
