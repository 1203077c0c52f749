package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.ResilientServerSocket;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that others have written, and what they print. */
@Timeout(60)
class ClientProgramsIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String GREETING = "220 ready\r\n";

    @TempDir
    private Path directory;

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Acceptor echo(Greeting greeting) throws Exception {
        return Acceptor.builder()
                .greeting(greeting)
                .handler(connection -> connection.input().transferTo(connection.output()))
                .start(ANY_PORT);
    }

    private static void assertEndedOnce(Supplier<AcceptorStats> stats, Outcome outcome) {
        await().untilAsserted(() -> {
            assertThat(stats.get().ended()).isEqualTo(1);
            assertThat(stats.get().outcomes()).containsEntry(outcome, 1L);
        });
    }

    /** Its input at an end, ncat shuts its side down at once and goes on reading: the FIN comes right after the handshake. */
    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {12, 100_000, 4 * 1024 * 1024})
    void ncatWithAnImmediateFinGetsTheWholeGreeting(int length) throws Exception {
        String ncat = Program.require("ncat");
        byte[] greeting = bytes(length);
        try (Acceptor acceptor = echo(Greeting.of(greeting));
                Program client = Program.startWithoutInput(
                        directory,
                        ncat,
                        "127.0.0.1",
                        String.valueOf(acceptor.localAddress().getPort()))) {
            assertThat(Arrays.equals(client.output(), greeting))
                    .as("the greeting arrived whole")
                    .isTrue();
            assertThat(client.awaitExit()).as(client.errors()).isZero();
            assertEndedOnce(acceptor::stats, Outcome.CLOSED_SILENTLY);
        }
    }

    @Test
    void ncatWithAnImmediateFinGetsTheGreetingOfAServerSocketToo() throws Exception {
        String ncat = Program.require("ncat");
        try (ResilientServerSocket server = ResilientServerSocket.builder()
                        .greeting(Greeting.of(GREETING, US_ASCII))
                        .bind(ANY_PORT);
                Program client = Program.startWithoutInput(
                        directory, ncat, "127.0.0.1", String.valueOf(server.getLocalPort()))) {
            assertThat(client.output()).asString(US_ASCII).isEqualTo(GREETING);
            assertThat(client.awaitExit()).isZero();
            assertEndedOnce(server::stats, Outcome.CLOSED_SILENTLY);
        }
    }

    @Test
    void ncatThatOnlySendsHasItsWordsHeard() throws Exception {
        String ncat = Program.require("ncat");
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (Acceptor acceptor = Acceptor.builder()
                        .greeting(Greeting.of(GREETING, US_ASCII))
                        .handler(connection ->
                                heard.complete(new String(connection.input().readAllBytes(), US_ASCII)))
                        .start(ANY_PORT);
                Program client = Program.start(
                        directory,
                        ncat,
                        "--send-only",
                        "127.0.0.1",
                        String.valueOf(acceptor.localAddress().getPort()))) {
            client.process().getOutputStream().write("all I had to say".getBytes(US_ASCII));
            client.process().getOutputStream().close();
            assertThat(client.awaitExit()).isZero();
            await().untilAsserted(() -> assertThat(acceptor.stats().ended()).isEqualTo(1));
            // it leaves the greeting unread, so its kernel may reset behind what it has sent
            assertThat(heard.getNow("")).isIn("all I had to say", "");
            assertThat(acceptor.stats().outcomes().get(Outcome.COMPLETED)
                            + acceptor.stats().outcomes().get(Outcome.PEER_RESET))
                    .isEqualTo(1);
        }
    }

    @Test
    void ncatGetsTheReplyOfARefusal() throws Exception {
        String ncat = Program.require("ncat");
        try (Acceptor acceptor = Acceptor.builder()
                        .greeting(Greeting.of(GREETING, US_ASCII))
                        .admission(peer ->
                                io.acceptor.Admission.reject(Refusal.reply("421 not today\r\n".getBytes(US_ASCII))))
                        .handler(connection -> {})
                        .start(ANY_PORT);
                Program client = Program.startWithoutInput(
                        directory,
                        ncat,
                        "127.0.0.1",
                        String.valueOf(acceptor.localAddress().getPort()))) {
            assertThat(client.output()).asString(US_ASCII).isEqualTo("421 not today\r\n");
            assertEndedOnce(acceptor::stats, Outcome.REJECTED);
            assertThat(acceptor.stats().rejections()).containsEntry(RejectReason.POLICY, 1L);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early on purpose
    void curlTalksTelnet() throws Exception {
        String curl = Program.require("curl");
        try (Acceptor acceptor = echo(Greeting.of(GREETING, US_ASCII));
                Program client = Program.start(
                        directory,
                        curl,
                        "--silent",
                        "--no-buffer",
                        "--noproxy",
                        "*",
                        "telnet://127.0.0.1:" + acceptor.localAddress().getPort())) {
            InputStream printed = client.process().getInputStream();
            assertThat(printed.readNBytes(GREETING.length())).asString(US_ASCII).isEqualTo(GREETING);
            client.process().getOutputStream().write("NOOP\n".getBytes(US_ASCII));
            client.process().getOutputStream().flush();
            assertThat(printed.readNBytes(5)).asString(US_ASCII).isEqualTo("NOOP\n");
            client.close();
            await().untilAsserted(() -> assertThat(acceptor.stats().ended()).isEqualTo(1));
            assertThat(acceptor.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L);
        }
    }

    /** A web client: it speaks first, and reads to the end. */
    @Test
    void curlGetsAPage() throws Exception {
        String curl = Program.require("curl");
        try (Acceptor acceptor = Acceptor.builder()
                        .handler(connection -> {
                            StringBuilder request = new StringBuilder();
                            while (request.indexOf("\r\n\r\n") < 0) {
                                request.append((char) connection.input().read());
                            }
                            connection
                                    .output()
                                    .write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhere you are"
                                            .getBytes(US_ASCII));
                        })
                        .start(ANY_PORT);
                Program client = Program.startWithoutInput(
                        directory,
                        curl,
                        "--silent",
                        "--noproxy",
                        "*",
                        "http://127.0.0.1:" + acceptor.localAddress().getPort() + "/")) {
            assertThat(client.output()).asString(US_ASCII).isEqualTo("here you are");
            assertThat(client.awaitExit()).isZero();
            assertEndedOnce(acceptor::stats, Outcome.COMPLETED);
        }
    }
}
