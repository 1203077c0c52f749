package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Every verdict, reached by a real server. */
final class DoctorVerdictsIT {
    private static final int BACKLOG = 50;
    /** Above it a test would need too many descriptors. */
    private static final int USUAL_SOMAXCONN = 4_096;

    private final Queue<SocketChannel> held = new ConcurrentLinkedQueue<>();

    @Test
    void whetherAProgramWouldTakeAConnectionThatNeverCameIsNotKnown() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG)) {
            says(Verdict.NO_TRAFFIC_SEEN, queue.port());
        }
    }

    @Test
    void aConnectionThatIsTakenTooFastToBeSeenWaitingIsSeenWhenItIsOpen() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG);
                Loop server = new Loop(() -> held.add(queue.listener().accept()));
                Loop clients = new Loop(() -> {
                    queue.live(1);
                    LockSupport.parkNanos(100_000_000);
                })) {
            DoctorProcess json = DoctorProcess.run(queue.port(), "--json");

            assertThat(server.turns()).isPositive();
            assertThat(clients.turns()).isPositive();
            assertThat(json.json().get("verdict").getAsString()).isEqualTo(Verdict.HEALTHY.words());
            assertThat(json.json().get("acceptedPerSecondAtLeast").getAsDouble())
                    .isGreaterThan(1);
        } finally {
            for (SocketChannel each : held) {
                each.close();
            }
        }
    }

    @Test
    void aServerThatTakesConnectionsSoonIsHealthyUnderProbes() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG);
                Loop server = new Loop(() -> {
                    for (int i = 0; i < 5; i++) {
                        queue.listener().accept().close();
                    }
                    LockSupport.parkNanos(50_000_000); // looks come upon some that wait, but not for long
                });
                Loop probes = new Loop(() -> {
                    queue.ghosts(1);
                    LockSupport.parkNanos(10_000_000);
                })) {
            says(Verdict.HEALTHY, queue.port());
            assertThat(server.turns()).isPositive();
            assertThat(probes.turns()).isPositive();
        }
    }

    @Test
    void oneConnectionEvery300MillisecondsIsSlow() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG).live(40);
                Loop server = new Loop(() -> {
                    queue.listener().accept().close();
                    LockSupport.parkNanos(300_000_000);
                })) {
            says(Verdict.SLOW_ACCEPT, queue.port());
            assertThat(server.turns()).isPositive();
        }
    }

    @Test
    void theLivingThatNobodyTakesAreAStall() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG).live(3)) {
            says(Verdict.ACCEPT_STALLED, queue.port());
        }
    }

    @Test
    void probesThatNobodyTakesAreTheOutageOfTheStory() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG).ghosts(3)) {
            says(Verdict.STALLED_WITH_GHOSTS, queue.port());
        }
    }

    @Test
    void aFullQueueLocksClientsOut() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", 4).live(5)) {
            says(Verdict.QUEUE_FULL, queue.port());
        }
    }

    @Test
    void oneFullQueueOfTwoLocksAShareOfTheClientsOut() throws Exception {
        try (ServerSocketChannel slow = sharing(0, 2);
                ServerSocketChannel quick = sharing(port(slow), BACKLOG);
                Loop slowServer = new Loop(() -> {
                    slow.accept().close();
                    LockSupport.parkNanos(400_000_000);
                });
                Loop quickServer = new Loop(() -> quick.accept().close());
                Loop clients = new Loop(() -> connectOrGiveUp(port(slow)))) {
            says(Verdict.SOME_FULL, port(slow));
            assertThat(slowServer.turns()).isPositive();
            assertThat(quickServer.turns()).isPositive();
            assertThat(clients.turns()).isPositive();
        }
    }

    @Test
    void burstsIntoAQueueAtSomaxconnAreTheKernelsCap() throws Exception {
        int somaxconn = AcceptQueue.somaxconn().orElse(Integer.MAX_VALUE);
        assumeTrue(somaxconn <= USUAL_SOMAXCONN, "net.core.somaxconn is " + somaxconn + ": too many connections");
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", 10 * USUAL_SOMAXCONN);
                Loop bursts = new Loop(() -> burst(queue, somaxconn * 9 / 16))) {
            says(Verdict.BACKLOG_CAPPED, queue.port());
            assertThat(bursts.turns()).isPositive();
        }
    }

    @Test
    void aPortWhereNobodyListensIsFoundOut() throws Exception {
        int port;
        try (MadeQueue closed = MadeQueue.on("127.0.0.1", 1)) {
            port = closed.port();
        }
        says(Verdict.NOTHING_LISTENING, port);
    }

    private static ServerSocketChannel sharing(int port, int backlog) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        return listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), backlog);
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static void connectOrGiveUp(int port) {
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20);
        } catch (IOException dropped) {
            // Its SYN was, because the queue is full: the next one may be given to the other.
        }
    }

    /** So many at once, all taken a moment later, and a pause that is longer: the doctor must meet a burst, and mostly nobody late. */
    private static void burst(MadeQueue queue, int size) throws IOException {
        long start = System.nanoTime();
        queue.ghosts(size);
        LockSupport.parkNanos(100_000_000); // a few looks long
        for (int i = 0; i < size; i++) {
            try (SocketChannel taken = queue.listener().accept()) {
                assertThat(taken.isOpen()).isTrue();
            }
        }
        LockSupport.parkNanos((System.nanoTime() - start) * 3 / 2);
    }

    private static void says(Verdict verdict, int port) throws IOException, InterruptedException {
        DoctorProcess text = DoctorProcess.run(port);

        assertThat(text.output()).contains("  " + verdict.words().toUpperCase(Locale.ROOT) + "\n");
        assertThat(text.exitCode())
                .as(text.output())
                .isEqualTo(verdict.finding().exitCode());
        DoctorPage.compare(verdict, text);
    }
}
