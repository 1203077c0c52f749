package io.acceptor.examples.mysql;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.acceptor.examples.Child;
import io.acceptor.it.HaproxyStatus;
import io.acceptor.it.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients of MariaDB, and HAProxy's check for MySQL, against the example while probes rain on it. */
@Timeout(120)
final class MysqlIT {
    private static final int LIMIT = 20;

    private Acceptor server;
    private Peers.Rain rain;

    private void start(Account account, int maxConnections) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = MysqlServer.start(anyPort, account, maxConnections);
    }

    private void startUnderProbes(String user, String password) throws IOException {
        start(Account.of(user, password), LIMIT);
        rain = Peers.rain(server.localAddress().getPort());
    }

    @AfterEach
    void stop() {
        if (rain != null) {
            rain.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void clientLogsInAndSelectsUnderProbes() throws Exception {
        startUnderProbes("app", "secret");

        try (Child client = mariadb(
                "--user=app",
                "--password=secret",
                "--database=shop",
                "--execute=SELECT 'hello'; SELECT 42; SELECT DATABASE(); USE office; SELECT DATABASE()")) {
            assertThat(client.exitCode()).as("%s", client).isZero();
            assertThat(client.lines()).containsExactly("hello", "42", "shop", "office");
        }
        assertBooks(1);
    }

    @Test
    void eachConnectionHasItsOwnScramble() throws Exception {
        startUnderProbes("app", "secret");

        for (int i = 0; i < 5; i++) {
            try (Child client = mariadb("--user=app", "--password=secret", "--execute=SELECT 1")) {
                assertThat(client.exitCode()).as("%s", client).isZero();
            }
        }
        assertThat(scramble()).hasSize(20).isNotEqualTo(scramble());
        assertBooks(5);
    }

    @Test
    void adminPings() throws Exception {
        startUnderProbes("app", "secret");

        try (Child ping = program("mariadb-admin", "--user=app", "--password=secret", "ping")) {
            assertThat(ping.exitCode()).isZero();
            assertThat(ping.lines()).containsExactly("mysqld is alive");
        }
        assertBooks(1);
    }

    @Test
    void wrongPasswordIsError1045() throws Exception {
        startUnderProbes("app", "secret");

        assertRefused(
                mariadb("--user=app", "--password=wrong", "--execute=SELECT 1"),
                "ERROR 1045 (28000): Access denied for user 'app'@'127.0.0.1' (using password: YES)");
        assertRefused(
                mariadb("--user=root", "--execute=SELECT 1"),
                "ERROR 1045 (28000): Access denied for user 'root'@'127.0.0.1' (using password: NO)");
        assertBooks(2);
    }

    @Test
    void unknownStatementIsErrorAndTheSessionGoesOn(@TempDir Path directory) throws Exception {
        startUnderProbes("app", "secret");
        Path script = Files.writeString(directory.resolve("script.sql"), "DROP TABLE customers;\nSELECT 1;\n");

        try (Child client = mariadb("--user=app", "--password=secret", "--force", "--execute=source " + script)) {
            assertThat(client.exitCode()).as("%s", client).isZero();
            assertThat(client.lines()).anyMatch(line -> line.startsWith("ERROR 1064 (42000)"));
            assertThat(client.lines()).contains("1");
        }
    }

    @Test
    void oneTooManyIsError1040() throws Exception {
        start(Account.of("app", "secret"), 1);

        try (Peers.Client first = Peers.connect(server.localAddress().getPort())) {
            assertThat(first.hear(5)).as("it has the only place").hasSize(5);
            try (Child second = mariadb("--user=app", "--password=secret", "--skip-ssl", "--execute=SELECT 1")) {
                assertThat(second.exitCode()).isNotZero();
                assertThat(second.lines()).containsExactly("ERROR 1040 (HY000): Too many connections");
            }
        }
        await().untilAsserted(
                        () -> assertThat(server.stats().rejections()).containsEntry(RejectReason.MAX_CONNECTIONS, 1L));
    }

    @Test
    void haproxyFindsItHealthy(@TempDir Path directory) throws Exception {
        Child.require("haproxy");
        startUnderProbes("haproxy", "");
        Path control = directory.resolve("control");
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), """
                global
                  stats socket %1$s mode 600 level admin
                defaults
                  mode tcp
                  timeout check 5s
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                backend greeting
                  option mysql-check
                  server one 127.0.0.1:%2$d check inter 50ms
                backend login
                  option mysql-check user haproxy
                  server one 127.0.0.1:%2$d check inter 50ms
                """.formatted(
                        control, server.localAddress().getPort()));

        try (Child haproxy = Child.start(List.of("haproxy", "-db", "-f", config.toString()))) {
            HaproxyStatus status = new HaproxyStatus(control);
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(server.stats().outcomes().get(Outcome.COMPLETED))
                            .as("logins by %s", haproxy)
                            .isGreaterThan(20));
            assertThat(status.servers()).containsOnlyKeys("greeting/one", "login/one");
            assertThat(status.servers().values()).allSatisfy(seen -> {
                assertThat(seen.status()).as(seen.lastCheck()).isEqualTo("UP");
                assertThat(seen.lastCheck()).as("* while the next one runs").endsWith("L7OK");
                assertThat(seen.failedChecks()).isZero();
            });
        }
        assertThat(server.stats().rejections().values()).containsOnly(0L);
    }

    private byte[] scramble() throws IOException {
        try (Peers.Client client = Peers.connect(server.localAddress().getPort())) {
            int length = new Handshake(0, new byte[20]).toPacket().remaining();
            return Handshake.of(ByteBuffer.wrap(client.hear(length).getBytes(US_ASCII)))
                    .scramble();
        }
    }

    private Child mariadb(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--batch", "--skip-column-names"));
        all.addAll(List.of(options));
        return program("mariadb", all.toArray(new String[0]));
    }

    private Child program(String name, String... options) throws IOException {
        Child.require(name);
        List<String> command = new ArrayList<>(List.of(
                name,
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--port=" + server.localAddress().getPort()));
        command.addAll(List.of(options));
        return Child.start(command);
    }

    private static void assertRefused(Child client, String error) throws InterruptedException {
        try (client) {
            assertThat(client.exitCode()).isNotZero();
            assertThat(client.lines()).containsExactly(error);
        }
    }

    /** Every probe ended as one, every client as a client. */
    private void assertBooks(int clients) throws IOException {
        long probes = rain.stop();
        assertThat(probes).isPositive();
        await().untilAsserted(() -> {
            AcceptorStats stats = server.stats();
            assertThat(stats.ended()).isEqualTo(stats.accepted());
            assertThat(stats.outcomes()).containsEntry(Outcome.COMPLETED, (long) clients);
            assertThat(stats.probeLike()).isGreaterThanOrEqualTo(probes);
            assertThat(stats.probeLike()).isEqualTo(stats.accepted() - clients);
        });
    }
}
