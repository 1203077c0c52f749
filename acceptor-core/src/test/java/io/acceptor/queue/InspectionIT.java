package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.acceptor.queue.AcceptQueueInspection.Queued;
import io.acceptor.queue.AcceptQueueInspection.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Queues filled on purpose, inspected by each source and held against {@code ss} and what was done. */
@EnabledOnOs(OS.LINUX)
@Timeout(180)
class InspectionIT {
    private static final int BACKLOG = 64;
    private static final int FROZEN_STATES = 200;

    @BeforeAll
    static void needReference() {
        SocketStatistics.require();
    }

    /** What is done on loopback is seen in a moment. */
    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    static Stream<Arguments> sourcesAndHosts() {
        return Stream.of(QueueSources.values())
                .flatMap(source -> Stream.of(
                        Arguments.of(source, "127.0.0.1", "127.0.0.1"),
                        Arguments.of(source, "::1", "::1"),
                        Arguments.of(source, "::", "127.0.0.1"),
                        Arguments.of(source, "::", "::1")));
    }

    @ParameterizedTest
    @MethodSource("sourcesAndHosts")
    void ghostsTheLivingAndTheHalfClosedAreCounted(QueueSources by, String host, String target) throws IOException {
        try (QueueMaker made = QueueMaker.listen(host, target, BACKLOG)) {
            AcceptQueue queue = new AcceptQueue(by.open(), made.local(), BACKLOG, 1, System::nanoTime);
            Socket live = made.live(3);
            made.live(0);
            Socket halfClosed = made.halfClosed(5);
            for (int i = 0; i < 4; i++) {
                made.ghost();
            }
            AcceptQueueInspection seen = soon().until(queue::inspection, it -> it.ghosts() == 4 && settled(it));
            assertThat(seen.source()).isEqualTo(by.text);
            assertThat(seen.reading()).isEqualTo(new AcceptQueueReading(7, BACKLOG));
            assertThat(seen.listeners()).containsExactly(seen.reading());
            assertThat(seen.visible()).hasSize(3);
            Queued spoken = ofPort(seen, live.getLocalPort());
            assertThat(spoken.state()).isEqualTo(State.ESTABLISHED);
            assertThat(spoken.bytesWaiting()).isEqualTo(3);
            assertThat(spoken.local()).isEqualTo(live.getRemoteSocketAddress());
            assertThat(spoken.peer()).isEqualTo(live.getLocalSocketAddress());
            Queued finished = ofPort(seen, halfClosed.getLocalPort());
            assertThat(finished.state()).isEqualTo(State.CLOSE_WAIT);
            assertThat(finished.bytesWaiting()).isEqualTo(5);
            assertThat(seen.full()).isFalse();
        }
    }

    private static boolean settled(AcceptQueueInspection seen) {
        return seen.visible().stream().mapToLong(Queued::bytesWaiting).sum() == 8
                && seen.visible().stream().anyMatch(each -> each.state() == State.CLOSE_WAIT);
    }

    private static Queued ofPort(AcceptQueueInspection seen, int port) {
        return seen.visible().stream()
                .filter(each -> each.peer().getPort() == port)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void agesAreWhatTheTestHasWaited() throws IOException {
        try (QueueMaker made = QueueMaker.listen("127.0.0.1", "127.0.0.1", BACKLOG)) {
            AcceptQueue queue =
                    new AcceptQueue(QueueSources.SOCK_DIAG.open(), made.local(), BACKLOG, 1, System::nanoTime);
            long from = System.nanoTime();
            Socket old = made.live(1);
            long to = System.nanoTime();
            await().pollDelay(300, TimeUnit.MILLISECONDS).until(() -> true);
            made.live(1);
            long before = System.nanoTime();
            AcceptQueueInspection seen = queue.inspection();
            long after = System.nanoTime();
            long age = ofPort(seen, old.getLocalPort()).age().toNanos();
            long tolerance = TimeUnit.MILLISECONDS.toNanos(50);
            assertThat(age).isBetween(before - to - tolerance, after - from + tolerance);
            assertThat(seen.oldest())
                    .hasValueSatisfying(oldest -> assertThat(oldest.toNanos()).isCloseTo(age, within(0L)));
        }
    }

    @ParameterizedTest
    @EnumSource(QueueSources.class)
    void frozenQueuesReadAsSsPrintsThem(QueueSources by) throws IOException {
        Random random = new Random(20_261_125);
        QueueSource source = by.open();
        for (int round = 0; round < FROZEN_STATES / 20; round++) {
            try (QueueMaker made = QueueMaker.listen("127.0.0.1", "127.0.0.1", BACKLOG)) {
                AcceptQueue queue = new AcceptQueue(source, made.local(), BACKLOG, 1, System::nanoTime);
                int depth = 0;
                int ghosts = 0;
                for (int step = 0; step < 20; step++) {
                    if (random.nextBoolean()) {
                        made.ghost();
                        ghosts++;
                    } else {
                        made.live(random.nextInt(3));
                    }
                    depth++;
                    AcceptQueueReading expected = new AcceptQueueReading(depth, BACKLOG);
                    soon().untilAsserted(() -> assertThat(queue.reading()).isEqualTo(expected));
                    assertThat(SocketStatistics.ofPort(made.port())).isEqualTo(expected);
                    int dead = ghosts;
                    soon().untilAsserted(() ->
                            assertThat(queue.inspection().ghosts()).isEqualTo(dead));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(QueueSources.class)
    void underAFloodSsLiesBetweenTwoReadings(QueueSources by) throws Exception {
        int most = 2000;
        try (QueueMaker made = QueueMaker.listen("127.0.0.1", "127.0.0.1", 4096)) {
            AcceptQueue queue = new AcceptQueue(by.open(), made.local(), 4096, 1, System::nanoTime);
            Thread flood = new Thread(() -> flood(made, most), "flood");
            flood.start();
            int compared = 0;
            while (flood.isAlive()) {
                double before = queue.reading().depth();
                double between = SocketStatistics.ofPort(made.port()).depth();
                double after = queue.reading().depth();
                assertThat(between).isBetween(before, after); // nobody accepts: it only grows
                AcceptQueueInspection seen = queue.inspection();
                assertThat(seen.ghostsAtLeast()).isBetween(0.0, queue.reading().depth());
                assertThat(seen.ghostsAtMost())
                        .isBetween(seen.ghostsAtLeast(), queue.reading().depth());
                compared++;
            }
            flood.join();
            assertThat(compared).isPositive();
            soon().untilAsserted(() -> assertThat(queue.inspection().ghosts()).isEqualTo(most));
        }
    }

    private static void flood(QueueMaker made, int most) {
        try {
            for (int i = 0; i < most; i++) {
                made.ghost();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(QueueSources.class)
    void handshakesUnderWayAreCounted(QueueSources by) throws IOException {
        try (DeferringListener listener = DeferringListener.open()) {
            AcceptQueue queue = AcceptQueue.at(by.open(), listener.port()).get(0);
            try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                    Socket another = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                soon().untilAsserted(
                                () -> assertThat(queue.inspection().synRecv()).isEqualTo(2));
                assertThat(silent.isConnected() && another.isConnected()).isTrue();
                assertThat(queue.inspection().reading().depth()).isZero();
                assertThat(queue.inspection().ghosts()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(QueueSources.class)
    void aStrangersQueueIsFoundByItsPort(QueueSources by) throws IOException {
        try (QueueMaker made = QueueMaker.listen("::", "127.0.0.1", 5)) {
            made.ghost();
            AcceptQueue found = AcceptQueue.at(by.open(), made.port()).get(0);
            assertThat(found.local().getAddress().isAnyLocalAddress()).isTrue();
            soon().untilAsserted(() -> assertThat(found.inspection().ghosts()).isEqualTo(1));
            double limit = by == QueueSources.PROC ? Double.NaN : 5;
            assertThat(found.reading()).isEqualTo(new AcceptQueueReading(1, limit));
        }
    }

    @Test
    void anAcceptedConnectionTellsHowLongItWaited() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
            AcceptQueue.of(local, BACKLOG, 1);
            try (Socket client = new Socket(local.getAddress(), local.getPort())) {
                await().pollDelay(200, TimeUnit.MILLISECONDS).until(() -> true);
                try (SocketChannel accepted = listener.accept()) {
                    assertThat(AcceptQueue.waited(local, (InetSocketAddress) accepted.getRemoteAddress()))
                            .hasValueSatisfying(
                                    waited -> assertThat(waited.toMillis()).isGreaterThanOrEqualTo(150));
                }
                assertThat(AcceptQueue.waited(local, local)).isEmpty();
                assertThat(client.isConnected()).isTrue();
            }
        }
    }
}
