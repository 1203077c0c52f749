package io.acceptor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.it.CapturedLog;
import io.acceptor.it.Peers;
import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that does not call accept() any more must not look alive; what it dropped must come back. */
@Timeout(90)
class ResilientServerSocketStallTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String NAME = "desk";
    private static final Duration THRESHOLD = Duration.ofMillis(150);

    private final List<StallReport> stalls = new CopyOnWriteArrayList<>();
    private final List<Duration> ended = new CopyOnWriteArrayList<>();

    private ResilientServerSocket greeter() throws IOException {
        return ResilientServerSocket.builder()
                .name(NAME)
                .greeting(Greeting.of("hello\n", US_ASCII))
                .stallThreshold(THRESHOLD)
                .listener(new AcceptorListener() {
                    @Override
                    public void onStall(StallReport report) {
                        stalls.add(report);
                    }

                    @Override
                    public void onStallEnded(Duration lasted) {
                        ended.add(lasted);
                    }
                })
                .bind(ANY_PORT);
    }

    private static Client greeted(ResilientServerSocket server) throws IOException {
        Client client = Peers.connect(server.getLocalPort());
        assertThat(client.hear(6)).isEqualTo("hello\n");
        return client;
    }

    private static void assertNotGreeted(ResilientServerSocket server) throws IOException {
        try (Client client = Peers.connect(server.getLocalPort())) {
            assertThat(client.hearAll()).isEmpty();
        }
    }

    @Test
    void aLoopThatStopsAcceptingLooksDeadUntilItAcceptsAgain() throws Exception {
        try (CapturedLog log = new CapturedLog(Level.INFO, NAME);
                ResilientServerSocket server = greeter();
                Client first = greeted(server);
                Client second = greeted(server)) {
            assertThat(server.health().ready()).isTrue();
            first.say("anybody?");
            second.say("hello?");
            await().until(() -> !server.health().live());
            assertThat(server.health().ready()).isFalse();
            assertThat(server.health().reasons()).containsExactly("the application does not call accept()");
            assertNotGreeted(server);
            assertNotGreeted(server);
            await().untilAsserted(
                            () -> assertThat(server.stats().rejections()).containsEntry(RejectReason.STALLED, 2L));
            await().until(() -> !stalls.isEmpty());

            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readNBytes(8)).asString().isEqualTo("anybody?");
                await().until(() -> server.health().live());
            }
            try (Socket accepted = server.accept();
                    Client third = greeted(server)) {
                assertThat(accepted.getInputStream().readNBytes(6)).asString().isEqualTo("hello?");
                third.say("me too");
                try (Socket another = server.accept()) {
                    assertThat(another.getInputStream().readNBytes(6))
                            .asString()
                            .isEqualTo("me too");
                }
            }
            await().until(() -> !ended.isEmpty());
            assertThat(stalls).singleElement().satisfies(report -> {
                assertThat(report.listener()).isEqualTo(NAME);
                assertThat(report.phase()).isEqualTo("the application does not call accept()");
                assertThat(report.stalledFor()).isGreaterThanOrEqualTo(THRESHOLD);
            });
            assertThat(ended)
                    .singleElement()
                    .satisfies(lasted -> assertThat(lasted).isGreaterThan(THRESHOLD));
            assertThat(server.stats().stalls()).isEqualTo(1);
            assertThat(log.lines(Level.WARN)).singleElement().asString().contains("stall of " + NAME);
            assertBalanced(server);
        }
    }

    @Test
    void itLooksDeadAlsoWhenAllWhoWaitedHaveLeft() throws Exception {
        try (CapturedLog log = new CapturedLog(Level.INFO, NAME);
                ResilientServerSocket server = ResilientServerSocket.builder()
                        .name(NAME)
                        .stallThreshold(THRESHOLD)
                        .bind(ANY_PORT)) {
            Client waiting = Peers.connect(server.getLocalPort());
            await().until(() -> !server.health().live());
            waiting.reset();
            await().until(() -> server.stats().active() == 0);
            long stallsSoFar = server.stats().stalls();
            await().during(Duration.ofMillis(300)).until(() -> !server.health().live());
            assertNotGreeted(server);
            assertThat(server.health().live()).isFalse();

            CompletableFuture<Socket> accepted = acceptInTheBackground(server);
            await().until(() -> server.health().ready());
            try (Client client = Peers.connect(server.getLocalPort())) {
                client.say("back?");
                try (Socket socket = accepted.get(20, TimeUnit.SECONDS)) {
                    assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("back?");
                }
            }
            assertBalanced(server);
            assertThat(server.stats().stalls()).isEqualTo(stallsSoFar).isEqualTo(1);
            assertThat(log.lines(Level.WARN)).hasSize(1);
        }
    }

    private static CompletableFuture<Socket> acceptInTheBackground(ResilientServerSocket server) {
        CompletableFuture<Socket> accepted = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        accepted.complete(server.accept());
                    } catch (Throwable t) {
                        accepted.completeExceptionally(t);
                    }
                },
                "accept again");
        thread.setDaemon(true);
        thread.start();
        return accepted;
    }

    @Test
    void nobodyWaitingIsNoStall() throws Exception {
        try (ResilientServerSocket server = greeter();
                Client silent = greeted(server)) {
            Peers.probe(server.getLocalPort(), 100, 1);
            await().during(THRESHOLD.multipliedBy(3))
                    .until(() -> server.health().ready());
            assertThat(silent.socket().isConnected()).isTrue();
            assertThat(server.stats().stalls()).isZero();
        }
    }

    @Test
    void waitingInAcceptIsNoStall() throws Exception {
        try (ResilientServerSocket server = greeter()) {
            CompletableFuture<Socket> accepted = acceptInTheBackground(server);
            await().during(THRESHOLD.multipliedBy(3))
                    .until(() -> server.health().ready());
            assertThat(accepted).isNotDone();
        }
    }

    @Test
    void beingBusyWithTheOneWhoWasWaitedForIsNoStall() throws Exception {
        try (ResilientServerSocket server = greeter();
                Client client = greeted(server)) {
            CompletableFuture<Socket> accepted = acceptInTheBackground(server);
            client.say("x");
            try (Socket handled = accepted.get(20, TimeUnit.SECONDS)) {
                await().during(THRESHOLD.multipliedBy(3))
                        .until(() -> server.health().ready());
                assertThat(handled.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    @Test
    void aStalledOneCanBeClosed() throws Exception {
        try (CapturedLog log = new CapturedLog(Level.INFO, NAME)) {
            ResilientServerSocket server = greeter();
            try (Client client = greeted(server)) {
                client.say("anybody?");
                await().until(() -> !server.health().live());
                server.close();
                assertEnds(client);
            }
            assertBalanced(server);
            assertThat(server.stats().outcomes()).containsEntry(Outcome.CUT, 1L);
            assertThat(log.lines(Level.WARN)).hasSize(1);
        }
    }

    @Test
    void aSocketDroppedWithoutCloseIsCut() throws Exception {
        try (CapturedLog log = new CapturedLog(Level.INFO, NAME);
                ResilientServerSocket server =
                        ResilientServerSocket.builder().name(NAME).bind(ANY_PORT);
                Client client = Peers.connect(server.getLocalPort())) {
            client.say("hello?");
            acceptReadAndForget(server);
            await().untilAsserted(() -> {
                System.gc();
                assertThat(server.stats().outcomes()).containsEntry(Outcome.CUT, 1L);
            });
            assertEnds(client);
            await().untilAsserted(() -> assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("was dropped without close()"));
            assertBalanced(server);
        }
    }

    private static void acceptReadAndForget(ResilientServerSocket server) throws IOException {
        Socket socket = server.accept();
        assertThat(socket.getInputStream().read()).isEqualTo('h');
    }

    @Test
    void aSocketWhoseStreamIsInUseIsNotDropped() throws Exception {
        try (CapturedLog log = new CapturedLog(Level.INFO, NAME);
                ResilientServerSocket server =
                        ResilientServerSocket.builder().name(NAME).bind(ANY_PORT);
                Client client = Peers.connect(server.getLocalPort())) {
            client.say("one");
            java.io.InputStream in = server.accept().getInputStream();
            for (int i = 0; i < 5; i++) {
                assertThat(in.readNBytes(3)).asString().isEqualTo("one");
                System.gc();
                await().during(Duration.ofMillis(20)).until(() -> server.stats().active() == 1);
                client.say("one");
            }
            in.close();
            assertBalanced(server);
            assertThat(server.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L);
            assertThat(log.lines(Level.INFO)).isEmpty();
        }
    }

    private static void assertEnds(Client client) throws IOException {
        try {
            client.hearAll();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset"); // there was unread input
        }
    }

    private static void assertBalanced(ResilientServerSocket server) {
        await().untilAsserted(() -> {
            AcceptorStats stats = server.stats();
            assertThat(stats.ended()).isEqualTo(stats.accepted());
            assertThat(stats.pending()).isZero();
        });
    }
}
