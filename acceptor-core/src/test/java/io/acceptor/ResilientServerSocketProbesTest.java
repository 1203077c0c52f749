package io.acceptor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.it.CapturedLog;
import io.acceptor.it.Descriptors;
import io.acceptor.it.Peers;
import io.acceptor.it.Peers.Client;
import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a ResilientServerSocket promises beyond ServerSocket: probes stay away from the loop, the dead are forgotten. */
@Timeout(90)
class ResilientServerSocketProbesTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String NAME = "probed";
    private static final int PROBES = 2_000;
    private static final Greeting HELLO = Greeting.of("hello world\n", US_ASCII);

    private final CapturedLog log = new CapturedLog(Level.INFO, NAME);
    private final int descriptorsBefore = Descriptors.open();

    /** A queue opens, once for the JVM, what all queues are read by. */
    @BeforeAll
    static void openWhatIsHeldForGood() {
        AcceptQueue.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 1, 1);
    }

    @AfterEach
    void nothingWasSaidAndNothingIsLeftOpen() {
        log.close();
        assertThat(log.lines(Level.INFO)).isEmpty();
        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptorsBefore));
    }

    /** The loop of an application: reads four bytes, gives them back, closes. Ends when the server socket is closed. */
    private static final class EchoLoop {
        final AtomicInteger accepted = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        private final ServerSocket server;
        private final String greeting;

        EchoLoop(ServerSocket server, String greeting) {
            this.server = server;
            this.greeting = greeting;
            Thread thread = new Thread(this::run, "echo loop");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    accepted.incrementAndGet();
                    socket.getOutputStream().write(greeting.getBytes(US_ASCII));
                    socket.getOutputStream().write(socket.getInputStream().readNBytes(4));
                } catch (IOException e) {
                    failed.incrementAndGet();
                }
            }
        }
    }

    private static void assertBalanced(ResilientServerSocket server) {
        await().untilAsserted(() -> {
            AcceptorStats stats = server.stats();
            assertThat(stats.ended()).isEqualTo(stats.accepted());
            assertThat(stats.pending()).isZero();
        });
    }

    @Test
    void withAGreetingNoProbeReachesTheLoop() throws Exception {
        try (ResilientServerSocket server =
                ResilientServerSocket.builder().name(NAME).greeting(HELLO).bind(ANY_PORT)) {
            EchoLoop loop = new EchoLoop(server, "");
            int clients = 0;
            for (int i = 0; i < PROBES; i += 100) {
                Peers.probe(server.getLocalPort(), 100, 2);
                try (Client client = Peers.connect(server.getLocalPort())) {
                    assertThat(client.hear(12)).isEqualTo("hello world\n");
                    assertThat(client.say("ping").hear(4)).isEqualTo("ping");
                    assertThat(client.hearAll()).isEmpty();
                }
                clients++;
            }
            assertBalanced(server);
            AcceptorStats stats = server.stats();
            assertThat(loop.accepted).hasValue(clients);
            assertThat(loop.failed).hasValue(0);
            assertThat(stats.probeLike()).isEqualTo(PROBES);
            assertThat(stats.outcomes()).containsEntry(Outcome.COMPLETED, (long) clients);
            assertThat(stats.accepted()).isEqualTo(PROBES + clients);
        }
    }

    @Test
    void withoutAGreetingFewProbesReachTheLoop(TestReporter reporter) throws Exception {
        try (ResilientServerSocket server =
                ResilientServerSocket.builder().name(NAME).bind(ANY_PORT)) {
            EchoLoop loop = new EchoLoop(server, "hello world\n");
            int clients = 0;
            for (int i = 0; i < PROBES; i += 100) {
                Peers.probe(server.getLocalPort(), 100, 2);
                try (Client client = Peers.connect(server.getLocalPort())) {
                    assertThat(client.hear(12)).isEqualTo("hello world\n");
                    assertThat(client.say("ping").hear(4)).isEqualTo("ping");
                }
                clients++;
            }
            assertBalanced(server);
            AcceptorStats stats = server.stats();
            int through = loop.accepted.get() - clients;
            reporter.publishEntry("probes that reached the loop", through + " of " + PROBES);
            assertThat(through).isBetween(0, PROBES / 50);
            assertThat(stats.probeLike()).isGreaterThanOrEqualTo(PROBES - through);
            assertThat(stats.accepted()).isEqualTo(PROBES + clients);
            assertThat(stats.outcomes().get(Outcome.HANDLER_FAILED)).isZero();
        }
    }

    @ParameterizedTest(name = "by a reset: {0}")
    @ValueSource(booleans = {true, false})
    void whoLeavesWhileTheLoopIsBusyIsFoundByTheLastLook(boolean reset) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        try (ResilientServerSocket server = ResilientServerSocket.builder()
                        .admission(peer -> {
                            if (asked.incrementAndGet() == 2) {
                                awaitPatiently(release); // nobody but accept() can look at the first one now
                            }
                            return Admission.admit();
                        })
                        .bind(ANY_PORT);
                Client leaves = Peers.connect(server.getLocalPort())) {
            await().until(() -> server.stats().pending() == 1);
            try (Client lives = Peers.connect(server.getLocalPort())) {
                await().until(() -> asked.get() == 2);
                if (reset) {
                    leaves.reset();
                } else {
                    leaves.socket().close();
                }
                CompletableFuture<Socket> accepted = new CompletableFuture<>();
                Thread acceptor = new Thread(() -> {
                    try {
                        accepted.complete(server.accept());
                    } catch (IOException e) {
                        accepted.completeExceptionally(e);
                    }
                });
                acceptor.start();
                await().until(() -> server.stats().pending() == 0); // it has claimed the one that has left
                release.countDown();
                try (Socket socket = accepted.get(20, TimeUnit.SECONDS)) {
                    assertThat(socket.getPort()).isEqualTo(lives.socket().getLocalPort());
                }
                acceptor.join();
            }
            assertThat(server.stats().outcomes())
                    .containsEntry(reset ? Outcome.RESET_AFTER_GREETING : Outcome.CLOSED_SILENTLY, 1L);
        } finally {
            release.countDown();
        }
    }

    private static void awaitPatiently(CountDownLatch latch) {
        try {
            assertThat(latch.await(Peers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void moreThanTheQueueSizeAreRefused() throws Exception {
        try (ResilientServerSocket server =
                ResilientServerSocket.builder().name(NAME).queueSize(3).bind(ANY_PORT)) {
            List<Client> waiting = threeWaiting(server);
            try (Client fourth = Peers.connect(server.getLocalPort())) {
                assertThat(fourth.hearAll()).isEmpty();
            }
            await().untilAsserted(
                            () -> assertThat(server.stats().rejections()).containsEntry(RejectReason.WORKERS, 1L));
            acceptThree(server, waiting);
            assertBalanced(server);
        }
    }

    @Test
    void thoseRefusedGetTheReplyIfThereIsOne() throws Exception {
        try (ResilientServerSocket server = ResilientServerSocket.builder()
                .name(NAME)
                .queueSize(3)
                .refusal(RejectReason.WORKERS, Refusal.reply("421 busy\r\n".getBytes(US_ASCII)))
                .bind(ANY_PORT)) {
            List<Client> waiting = threeWaiting(server);
            for (int i = 0; i < 3; i++) {
                try (Client fourth = Peers.connect(server.getLocalPort())) {
                    fourth.say("HELO you\r\n");
                    assertThat(fourth.hearAll()).isEqualTo("421 busy\r\n");
                }
            }
            acceptThree(server, waiting);
            assertBalanced(server);
            assertThat(server.stats().rejections()).containsEntry(RejectReason.WORKERS, 3L);
            assertThat(server.stats().outcomes()).containsEntry(Outcome.COMPLETED, 3L);
        }
    }

    private static List<Client> threeWaiting(ResilientServerSocket server) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            clients.add(Peers.connect(server.getLocalPort()));
            long waiting = i;
            await().until(() -> server.stats().pending() == waiting);
        }
        return clients;
    }

    private static void acceptThree(ResilientServerSocket server, List<Client> clients) throws IOException {
        for (Client client : clients) {
            try (client;
                    Socket accepted = server.accept()) {
                assertThat(accepted.getPort()).isEqualTo(client.socket().getLocalPort());
                accepted.getOutputStream().write("your turn\n".getBytes(US_ASCII));
                assertThat(client.hear(10)).isEqualTo("your turn\n");
            }
        }
    }

    @Test
    void thoseThatDieWaitingAreForgotten() throws Exception {
        try (ResilientServerSocket server =
                ResilientServerSocket.builder().name(NAME).queueSize(10).bind(ANY_PORT)) {
            server.setSoTimeout(20);
            for (int round = 0; round < 20; round++) {
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    clients.add(Peers.connect(server.getLocalPort()));
                }
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> server.stats().pending() == 10);
                for (int i = 0; i < 10; i++) {
                    if (i % 2 == 0) {
                        clients.get(i).reset();
                    } else {
                        clients.get(i).close();
                    }
                }
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> server.stats().pending() == 0);
                assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(server::accept);
            }
            assertBalanced(server);
            assertThat(server.stats().outcomes())
                    .containsEntry(Outcome.RESET_AFTER_GREETING, 100L)
                    .containsEntry(Outcome.CLOSED_SILENTLY, 100L);
            assertThat(server.stats().rejections().values())
                    .as("the queue was never full")
                    .containsOnly(0L);
        }
    }

    @Test
    void aGreetedClientIsAcceptedWhenItSpeaks() throws Exception {
        try (ResilientServerSocket server = ResilientServerSocket.builder()
                        .name(NAME)
                        .greeting(HELLO)
                        .bind(ANY_PORT);
                Client silent = Peers.connect(server.getLocalPort());
                Client talker = Peers.connect(server.getLocalPort())) {
            assertThat(silent.hear(12)).isEqualTo("hello world\n");
            assertThat(talker.hear(12)).isEqualTo("hello world\n");
            server.setSoTimeout(50);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(server::accept);
            server.setSoTimeout(Peers.PATIENCE_MILLIS);
            talker.say("first");
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getPort()).isEqualTo(talker.socket().getLocalPort());
                assertThat(accepted.getInputStream().readNBytes(5)).asString().isEqualTo("first");
            }
            silent.say("later");
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readNBytes(5)).asString().isEqualTo("later");
            }
            assertBalanced(server);
        }
    }

    @Test
    void aGreetedClientThatStaysSilentIsClosedAndNeverAccepted() throws Exception {
        try (ResilientServerSocket server = ResilientServerSocket.builder()
                        .name(NAME)
                        .greeting(HELLO)
                        .awaitFirstByte(Duration.ofMillis(100))
                        .bind(ANY_PORT);
                Client silent = Peers.connect(server.getLocalPort())) {
            assertThat(silent.hearAll()).isEqualTo("hello world\n");
            server.setSoTimeout(20);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(server::accept);
            assertBalanced(server);
            assertThat(server.stats().outcomes()).containsEntry(Outcome.SILENT_TIMEOUT, 1L);
        }
    }

    /** The loop's own timeout: it catches that, closes, and goes on. */
    @Test
    void anAcceptedClientThatStaysSilentUntilItsReadTimesOutEndsAsSilent() throws Exception {
        try (ResilientServerSocket server =
                        ResilientServerSocket.builder().name(NAME).bind(ANY_PORT);
                Client silent = Peers.connect(server.getLocalPort())) {
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(1);
                assertThatExceptionOfType(SocketTimeoutException.class)
                        .isThrownBy(() -> accepted.getInputStream().read());
            }
            assertThat(silent.hearAll()).isEmpty();
            await().untilAsserted(
                            () -> assertThat(server.stats().outcomes()).containsEntry(Outcome.SILENT_TIMEOUT, 1L));
        }
    }

    @Test
    void atOnceAcceptsAClientThatHalfClosedRightAway() throws Exception {
        try (ResilientServerSocket server = ResilientServerSocket.builder()
                        .name(NAME)
                        .handOffAtOnce()
                        .bind(ANY_PORT);
                Client client = Peers.connect(server.getLocalPort())) {
            client.socket().shutdownOutput();
            try (Socket accepted = server.accept()) {
                accepted.getOutputStream().write("still listening?\n".getBytes(US_ASCII));
            }
            assertThat(client.hearAll()).isEqualTo("still listening?\n");
        }
    }
}
