package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Every verdict, reached by a real server. */
final class DoctorVerdictsIT {
    private static final int BACKLOG = 50;
    /** Above it a test would need too many descriptors. */
    private static final int USUAL_SOMAXCONN = 4_096;

    @Test
    void aQueueThatIsEmptyIsHealthy() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG)) {
            says(Verdict.HEALTHY, queue.port());
        }
    }

    @Test
    void aServerThatTakesConnectionsAtOnceIsHealthyUnderProbes() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG);
                Loop server = new Loop(() -> queue.listener().accept().close());
                Loop probes = new Loop(() -> {
                    queue.ghosts(1);
                    LockSupport.parkNanos(5_000_000);
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
    void burstsIntoAQueueAtSomaxconnAreTheKernelsCap() throws Exception {
        int somaxconn = AcceptQueue.somaxconn().orElse(Integer.MAX_VALUE);
        assumeTrue(somaxconn <= USUAL_SOMAXCONN, "net.core.somaxconn is " + somaxconn + ": too many connections");
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", 10 * USUAL_SOMAXCONN);
                Loop bursts = new Loop(() -> burst(queue, somaxconn * 3 / 4))) {
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

    /** So many at once, all taken a moment later, and a pause three times as long. */
    private static void burst(MadeQueue queue, int size) throws IOException {
        long start = System.nanoTime();
        queue.ghosts(size);
        LockSupport.parkNanos(100_000_000); // a few looks long
        for (int i = 0; i < size; i++) {
            try (SocketChannel taken = queue.listener().accept()) {
                assertThat(taken.isOpen()).isTrue();
            }
        }
        LockSupport.parkNanos(3 * (System.nanoTime() - start));
    }

    private static void says(Verdict verdict, int port) throws IOException, InterruptedException {
        DoctorProcess json = DoctorProcess.run(port, "--json");

        assertThat(json.exitCode())
                .as(json.output())
                .isEqualTo(verdict.finding().exitCode());
        assertThat(json.json().get("verdict").getAsString()).as(json.output()).isEqualTo(verdict.words());
    }
}
