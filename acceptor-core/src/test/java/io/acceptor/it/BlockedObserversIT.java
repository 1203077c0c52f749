package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.Acceptor;
import io.acceptor.AcceptorListener;
import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.RejectReason;
import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accepting never waits for a log line or a listener: with either of them stuck, everyone is served all the same. */
@Timeout(90)
class BlockedObserversIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    /** More than fit into the queue of events (8,192). */
    private static final int PROBES = 9_000;

    private static final int CLIENTS = 100;

    /** Holds whoever comes by until it is opened, for the length of a test at most. */
    private static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass() {
            reached.countDown();
            try {
                if (!opened.await(80, TimeUnit.SECONDS)) {
                    throw new AssertionError("nobody opened the gate");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        boolean isReached() {
            return reached.getCount() == 0;
        }

        void open() {
            opened.countDown();
        }
    }

    private static Acceptor.Builder echo() {
        return Acceptor.builder()
                .name("observed")
                .greeting(Greeting.of("hello\n", US_ASCII))
                .handler(connection -> connection.input().transferTo(connection.output()));
    }

    private static void serveOne(Acceptor acceptor) throws IOException {
        try (Client client = Peers.connect(acceptor.localAddress().getPort())) {
            assertThat(client.hear(6)).isEqualTo("hello\n");
            assertThat(client.say("ping").hear(4)).isEqualTo("ping");
        }
    }

    private static void serveMany(Acceptor acceptor) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            Peers.probe(acceptor.localAddress().getPort(), PROBES / CLIENTS, 2);
            serveOne(acceptor);
        }
    }

    private static void assertBooks(Acceptor acceptor, long completed) {
        await().untilAsserted(() -> {
            AcceptorStats stats = acceptor.stats();
            assertThat(stats.ended()).isEqualTo(stats.accepted());
            assertThat(stats.probeLike()).isEqualTo(PROBES);
            assertThat(stats.outcomes()).containsEntry(Outcome.COMPLETED, completed);
        });
    }

    @Test
    @SuppressWarnings("try") // closed early on purpose
    void anAppenderThatBlocksDelaysNobody() throws Exception {
        Gate gate = new Gate();
        try (CapturedLog log = new CapturedLog(Level.DEBUG, event -> gate.pass());
                Acceptor acceptor = echo().start(ANY_PORT)) {
            serveOne(acceptor);
            await().until(gate::isReached);
            serveMany(acceptor);
            assertBooks(acceptor, CLIENTS + 1);
            assertThat(acceptor.stats().eventsDropped()).isBetween(1L, PROBES + CLIENTS - 8_192L);
            assertThat(acceptor.health().ready()).isTrue();
            acceptor.close(); // does not wait for it either
            gate.open();
            assertThat(log).isNotNull();
        } finally {
            gate.open();
        }
    }

    @Test
    void anAppenderThatBlocksOnAFailureDelaysNobodyEither() throws Exception {
        Gate gate = new Gate();
        AtomicBoolean failed = new AtomicBoolean();
        try (CapturedLog log = new CapturedLog(Level.INFO, event -> gate.pass());
                Acceptor acceptor = echo().greeting(Greeting.perConnection(peer -> {
                            if (failed.compareAndSet(false, true)) {
                                throw new IllegalStateException("no greeting for the first one");
                            }
                            return ByteBuffer.wrap("hello\n".getBytes(US_ASCII));
                        }))
                        .start(ANY_PORT)) {
            try (Client client = Peers.connect(acceptor.localAddress().getPort())) {
                assertThat(client.hearAll()).isEmpty();
            }
            await().until(gate::isReached);
            serveOne(acceptor);
            gate.open();
            assertThat(log).isNotNull();
        } finally {
            gate.open();
        }
    }

    @Test
    void aListenerThatBlocksDelaysNobody() throws Exception {
        Gate gate = new Gate();
        try (CapturedLog log = new CapturedLog(Level.INFO, "observed");
                Acceptor acceptor = echo().listener(new AcceptorListener() {
                            @Override
                            public void onEnded(
                                    long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                                gate.pass();
                            }
                        })
                        .start(ANY_PORT)) {
            serveOne(acceptor);
            await().until(gate::isReached);
            serveMany(acceptor);
            assertBooks(acceptor, CLIENTS + 1);
            assertThat(acceptor.stats().eventsDropped()).isBetween(1L, PROBES + CLIENTS - 8_192L);
            assertThat(acceptor.health().ready()).isTrue();
            gate.open();
            assertThat(log.lines(Level.INFO)).isEmpty();
        } finally {
            gate.open();
        }
    }

    @Test
    void aBlockedAppenderOfOneServerDoesNotBlindTheWatchdogOfAnother() throws Exception {
        Gate appender = new Gate();
        Gate supplier = new Gate();
        try (CapturedLog log = new CapturedLog(Level.DEBUG, event -> appender.pass());
                Acceptor noisy = echo().start(ANY_PORT);
                Acceptor stuck = Acceptor.builder()
                        .greeting(Greeting.perConnection(peer -> {
                            supplier.pass();
                            return ByteBuffer.wrap("hello\n".getBytes(US_ASCII));
                        }))
                        .stallThreshold(Duration.ofMillis(150))
                        .handler(connection -> connection.input().transferTo(connection.output()))
                        .start(ANY_PORT)) {
            serveOne(noisy);
            await().until(appender::isReached);
            try (Client first = Peers.connect(stuck.localAddress().getPort());
                    Client second = Peers.connect(stuck.localAddress().getPort())) {
                await().until(() -> !stuck.health().live());
                assertThat(stuck.health().reasons()).singleElement().asString().contains("greeting supplier");
                assertThat(noisy.health().ready()).isTrue();
                serveOne(noisy);
                supplier.open();
                assertThat(first.hear(6)).isEqualTo("hello\n");
                assertThat(second.hear(6)).isEqualTo("hello\n");
                await().until(() -> stuck.health().ready());
                assertThat(stuck.stats().stalls()).isEqualTo(1);
            }
            appender.open();
            assertThat(log).isNotNull();
        } finally {
            appender.open();
            supplier.open();
        }
    }
}
