package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptQueueTest {
    @TempDir
    private Path root;

    private FakeProc proc;

    @BeforeEach
    void makeProc() {
        proc = new FakeProc(root);
    }

    @Test
    void refusesAnAddressThatNoListenerHas() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AcceptQueue.of(InetSocketAddress.createUnresolved("db.example", 80), 50, 1))
                .withMessage("local address of the accept queue must be resolved, was db.example/<unresolved>:80");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AcceptQueue.of(FakeProc.address("127.0.0.1", 0), 50, 1))
                .withMessage("local address of the accept queue must have a port from 1 to 65535, was /127.0.0.1:0");
        assertThatNullPointerException().isThrownBy(() -> AcceptQueue.of(null, 50, 1));
    }

    @Test
    void refusesNumbersOutOfRange() {
        InetSocketAddress local = FakeProc.address("127.0.0.1", 4000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AcceptQueue.of(local, -1, 1))
                .withMessage("backlog of the accept queue must be at least 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AcceptQueue.of(local, 50, 0))
                .withMessage("listeners of the accept queue must be at least 1, was 0");
    }

    @Test
    void nothingIsKnownBeforeTheFirstReading() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        assertThat(queue.last()).isEqualTo(AcceptQueueReading.UNKNOWN);
        assertThat(queue.peak()).isNaN();
        assertThat(queue.source()).isEqualTo("proc");
    }

    @Test
    void aReadingIsRememberedAndCountsTowardsThePeak() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(7, 50));
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 2));
        assertThat(queue.last()).isEqualTo(new AcceptQueueReading(7, 50));
        assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(2, 50)).isSameAs(queue.last());
        assertThat(queue.peak()).isEqualTo(7);
    }

    @Test
    void anUnchangedReadingIsNotMadeAnew() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        assertThat(queue.reading()).isSameAs(queue.reading());
    }

    @Test
    void anUnknownDepthLeavesThePeakAlone() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        queue.reading();
        proc.tcp6();
        assertThat(queue.reading().known()).isFalse();
        assertThat(queue.last().known()).isFalse();
        assertThat(queue.peak()).isEqualTo(7);
    }

    @Test
    void aDepthKnownByOtherMeansCountsTowardsThePeakOnly() {
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        queue.atLeast(12);
        queue.atLeast(3);
        assertThat(queue.peak()).isEqualTo(12);
        assertThat(queue.last().known()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.atLeast(-1))
                .withMessage("depth of accept queue /127.0.0.1:4000 must be at least 0, was -1");
    }

    @Test
    void thePeakEndsWithItsWindow() {
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        queue.atLeast(12);
        proc.clock.addAndGet(PeakWindow.HALF_NANOS);
        queue.atLeast(1);
        assertThat(queue.peak()).isEqualTo(12);
        proc.clock.addAndGet(PeakWindow.HALF_NANOS);
        assertThat(queue.peak()).isEqualTo(1);
    }

    @Test
    void theLimitIsTheSmallerOfBacklogAndSomaxconn() {
        proc.somaxconn("128\n");
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 0));
        assertThat(proc.queue("127.0.0.1", 4000, 50, 1).reading().limit()).isEqualTo(50);
        assertThat(proc.queue("127.0.0.1", 4000, 500, 1).reading().limit()).isEqualTo(128);
    }

    @Test
    void theLimitStaysWhatItWasWhenTheQueueWasMade() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 0));
        AcceptQueue queue = proc.queue("127.0.0.1", 4000, 500, 1);
        proc.somaxconn("128\n");
        assertThat(queue.reading().limit()).isEqualTo(500);
    }

    @Test
    void theLimitIsUnknownWithoutABacklog() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 3));
        assertThat(proc.queue("127.0.0.1", 4000, 0, 1).reading()).isEqualTo(new AcceptQueueReading(3, Double.NaN));
    }

    @Test
    void theLimitIsUnknownWithoutAReadableSomaxconn() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 3));
        for (String garbled : List.of("", "\n", "many", "-1\n", "99999999999\n", "12 34\n", "9".repeat(5000))) {
            proc.somaxconn(garbled);
            assertThat(proc.queue("127.0.0.1", 4000).reading()).isEqualTo(new AcceptQueueReading(3, Double.NaN));
        }
    }

    @Test
    void oneSampleReadsAllQueues() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7), proc.listener6("::", 4001, 1), proc.listener6("::1", 4002, 2));
        proc.tcp(proc.listener("127.0.0.1", 4003, 3));
        List<AcceptQueue> queues = List.of(
                proc.queue("127.0.0.1", 4000),
                proc.queue("::", 4001),
                proc.queue("::1", 4002),
                proc.queue("127.0.0.1", 4003),
                proc.queue("127.0.0.1", 4004));
        AcceptQueue.sample(queues);
        assertThat(queues).extracting(queue -> queue.last().depth()).containsExactly(7.0, 1.0, 2.0, 3.0, Double.NaN);
        assertThat(queues).extracting(AcceptQueue::peak).containsExactly(7.0, 1.0, 2.0, 3.0, Double.NaN);
    }

    @Test
    void aQueueSampledTwiceAtOnceIsNotCountedTwice() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        AcceptQueue.sample(List.of(queue, queue, proc.queue("127.0.0.1", 4000)));
        assertThat(queue.last()).isEqualTo(new AcceptQueueReading(7, 50));
        assertThat(queue.peak()).isEqualTo(7);
    }

    @Test
    void sampleTakesNoNulls() {
        AcceptQueue.sample(List.of());
        assertThatNullPointerException().isThrownBy(() -> AcceptQueue.sample(null));
        assertThatNullPointerException().isThrownBy(() -> AcceptQueue.sample(Collections.singleton(null)));
    }

    @Test
    void nothingIsKnownWithoutTables() {
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(Double.NaN, 50));
        assertThat(queue.source()).isEqualTo("none");
        assertThat(queue.peak()).isNaN();
    }

    @Test
    void nothingIsKnownWithoutProc() {
        QueueSource none = new QueueSource(nothing(), new Inspector(nothing(), System::nanoTime), System::nanoTime);
        AcceptQueue queue = new AcceptQueue(none, FakeProc.address("::1", 4000), 50, 1, System::nanoTime);
        assertThat(queue.reading()).isEqualTo(AcceptQueueReading.UNKNOWN);
        assertThat(queue.source()).isEqualTo("none");
    }

    private SocketSources nothing() {
        return new SocketSources(
                null, new ProcNet(root.resolve("absent").toFile(), ByteOrder.nativeOrder(), System::nanoTime));
    }

    @Test
    void listenersThatTellAreAskedBeforeTheTables() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        List<AcceptQueueReading> told = new ArrayList<>();
        AcceptQueue queue = proc.queue("127.0.0.1", 4000, 2, () -> List.copyOf(told));

        assertThat(queue.reading()).as("they cannot tell").isEqualTo(new AcceptQueueReading(7, 50));
        assertThat(queue.source()).isEqualTo("proc");

        told.add(new AcceptQueueReading(3, 10));
        told.add(new AcceptQueueReading(11, 10));
        assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(14, 20));
        assertThat(queue.full()).as("one of them").isTrue();
        assertThat(queue.peak()).isEqualTo(14);
        assertThat(queue.source()).isEqualTo("tcp_info");

        told.set(1, new AcceptQueueReading(0, 10));
        AcceptQueue.sample(List.of(queue));
        assertThat(queue.last()).isEqualTo(new AcceptQueueReading(3, 20));

        told.clear();
        assertThat(queue.reading()).as("they cannot tell any more").isEqualTo(new AcceptQueueReading(7, 50));
        assertThat(queue.source()).isEqualTo("proc");
    }

    @Test
    void aTableThatAppearsIsFoundWithinASecond() {
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        proc.clock.addAndGet(HeldFile.RETRY_NANOS - 1);
        assertThat(queue.reading().known()).isFalse();
        proc.clock.addAndGet(1);
        assertThat(queue.reading().depth()).isEqualTo(7);
        assertThat(queue.source()).isEqualTo("proc");
    }

    @Test
    void aMissingIpv6TableLeavesTheOtherOne() {
        proc.tcp(proc.listener("127.0.0.1", 4000, 7));
        assertThat(proc.queue("127.0.0.1", 4000).reading().depth()).isEqualTo(7);
        assertThat(proc.queue("127.0.0.1", 4000).source()).isEqualTo("proc");
    }

    @Test
    void describesItself() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 7));
        AcceptQueue queue = proc.queue("127.0.0.1", 4000);
        queue.reading();
        assertThat(queue).hasToString("AcceptQueue[/127.0.0.1:4000, AcceptQueueReading[depth=7.0, limit=50.0]]");
    }
}
