package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.TestReporter;

/**
 * The incident's setting with a real balancer, for every engine: HAProxy checks every 20 ms and passes clients on.
 *
 * <p>Each server is checked in three ways. HAProxy's plain check acknowledges nothing (it switches TCP_QUICKACK off), so its
 * reset meets a connection that the kernel has not made yet: accept() never sees it, and only TcpExt's EmbryonicRsts tells; but
 * with {@code send-proxy-v2} it has something to say first. The other two reach accept(): one waits for the greeting and resets,
 * one closes with a FIN.
 */
public final class BehindHaproxy {
    /** What each server must say to everybody; then it must echo. */
    public static final String GREETING = "220 ready\r\n";

    private static final int CHECK_MILLIS = 20;

    private final String program;
    private final Duration duration;
    private final List<Backend> backends;
    private final TestReporter reporter;

    private BehindHaproxy(String program, Duration duration, List<Backend> backends, TestReporter reporter) {
        this.program = program;
        this.duration = duration;
        this.backends = backends;
        this.reporter = reporter;
    }

    /** How a server is checked: the lines of a section of the configuration. */
    private enum Check {
        PLAIN(""),
        EXPECTING("  option tcp-check\n  tcp-check connect default\n  tcp-check expect string 220\n"),
        LINGERING("  option tcp-check\n  tcp-check connect default linger\n");

        final String lines;

        Check(String lines) {
            this.lines = lines;
        }

        String section(String backend) {
            return backend + "-" + name().toLowerCase(Locale.ROOT);
        }
    }

    /** One server behind the balancer, and what its clients have seen. */
    public static final class Backend {
        private final String name;
        private final int port;
        private final boolean proxied;
        private final int frontend;
        private final Supplier<AcceptorStats> stats;
        private int clients;

        /**
         * A server that runs.
         *
         * @param proxied whether it wants to be told whose connections it gets (PROXY protocol, version 2)
         */
        public Backend(String name, int port, boolean proxied, Supplier<AcceptorStats> stats) throws IOException {
            this.name = name;
            this.port = port;
            this.proxied = proxied;
            this.stats = stats;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
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

    /** Skips the calling test where there is no HAProxy. */
    public static void require() {
        Program.require("haproxy");
    }

    /** Has servers checked, and clients passed on to them, for a while; then looks at everything. */
    public static void checkAndServe(Path directory, Duration duration, List<Backend> backends, TestReporter reporter)
            throws Exception {
        new BehindHaproxy(Program.require("haproxy"), duration, backends, reporter).run(directory);
    }

    private void run(Path directory) throws Exception {
        long embryonicBefore = embryonicResets();
        Path control = directory.resolve("control");
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), config(control));
        try (Program haproxy = Program.startWithoutInput(directory, program, "-db", "-f", config.toString())) {
            serveClients(haproxy, new HaproxyStatus(control));
        }
        for (Backend backend : backends) {
            assertBooks(backend);
        }
        long embryonic = embryonicResets() - embryonicBefore;
        reporter.publishEntry("plain checks that the kernel kept to itself", String.valueOf(embryonic));
        long plain = backends.stream().filter(each -> !each.proxied).count();
        assertThat(embryonic).as("plain checks").isGreaterThanOrEqualTo(plain * checksDue() / 2);
    }

    /** Half of them must have been made at least: a machine may be busy. */
    private long checksDue() {
        return duration.toMillis() / CHECK_MILLIS;
    }

    /** Connections that were reset before the kernel had made them, in this network namespace. */
    private static long embryonicResets() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/net/netstat"));
        List<String> names = List.of(lines.get(0).split(" ", -1));
        return Long.parseLong(lines.get(1).split(" ", -1)[names.indexOf("EmbryonicRsts")]);
    }

    private String config(Path control) {
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
                text.append("  server one 127.0.0.1:" + backend.port)
                        .append(backend.proxied ? " send-proxy-v2" : "")
                        .append(" check inter " + CHECK_MILLIS + "ms\n");
            }
        }
        return text.toString();
    }

    private void serveClients(Program haproxy, HaproxyStatus status) throws Exception {
        await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> status.servers().size() == backends.size() * Check.values().length);
        long end = System.nanoTime() + duration.toNanos();
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
    private void assertBooks(Backend backend) {
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
        if (backend.proxied) {
            assertThat(stats.outcomes().get(Outcome.PROXY_LOCAL))
                    .as("checks that say that they are")
                    .isGreaterThan(2 * checksDue() / 2);
        }
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
