package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.AcceptQueueInspection.Queued;
import io.acceptor.queue.AcceptQueueInspection.State;
import io.acceptor.queue.FakeKernel.FakeSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an inspection makes of what the kernel lists, while it stands still and while it moves. */
class InspectorTest {
    private static final int PORT = 4000;

    @TempDir
    private Path root;

    private final FakeKernel kernel = new FakeKernel();
    private FakeProc proc;
    private QueueSource source;
    private AcceptQueue queue;

    @BeforeEach
    void makeQueue() {
        proc = new FakeProc(root).tcp6().tcp().arrivals(100);
        source = new QueueSource(
                proc.sources(kernel.source()),
                new Inspector(proc.sources(kernel.source()), proc.clock::get),
                proc.clock::get);
        queue = queue("127.0.0.1");
    }

    private AcceptQueue queue(String host) {
        return new AcceptQueue(source, FakeProc.address(host, PORT), 50, 1, proc.clock::get);
    }

    private void depth(long depth) {
        kernel.sockets.removeIf(each -> each.state() == SocketRow.LISTEN);
        kernel.sockets.add(0, FakeSocket.listener(true, "127.0.0.1", PORT, depth, 50, 1));
    }

    private void client(int clientPort) {
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.ESTABLISHED, "127.0.0.1", PORT, clientPort, 5));
    }

    /** Run when the connections are listed, the n-th time. */
    private void whileListing(IntConsumer action) {
        AtomicInteger dumps = new AtomicInteger();
        int[] before = {kernel.dumps};
        kernel.beforeAnswer = () -> {
            // reading() dumps once; then each look dumps listeners, connections, listeners
            int dump = kernel.dumps - before[0];
            if (dump > 0 && (dump - 1) % 3 == 1) {
                action.accept(dumps.incrementAndGet());
            }
        };
    }

    @Test
    void ghostsAreWhatTheDepthCountsAndNobodyLists() {
        depth(5);
        client(11);
        client(12);
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.SYN_RECV, "127.0.0.1", PORT, 13, 0));
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.ghosts()).isEqualTo(3);
        assertThat(seen.reading()).isEqualTo(new AcceptQueueReading(5, 50));
        assertThat(seen.listeners()).containsExactly(new AcceptQueueReading(5, 50));
        assertThat(seen.synRecv()).isEqualTo(1);
        assertThat(seen.visible()).extracting(each -> each.peer().getPort()).containsExactly(11, 12);
        assertThat(seen.oldest()).contains(Duration.ofMillis(1234));
        assertThat(seen.source()).isEqualTo("sock_diag");
        assertThat(seen.fullFor()).isNull();
    }

    @Test
    void theFinOfAHalfClosedConnectionIsNoByteOfTheClient() {
        depth(1);
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.CLOSE_WAIT, "127.0.0.1", PORT, 11, 4));
        assertThat(queue.inspection().visible())
                .containsExactly(new Queued(
                        FakeProc.address("127.0.0.1", 11),
                        FakeProc.address("127.0.0.1", PORT),
                        State.CLOSE_WAIT,
                        3,
                        Duration.ofMillis(1234)));
    }

    @Test
    void aConnectionListedTwiceIsOne() {
        depth(1);
        client(11);
        client(11);
        assertThat(queue.inspection().visible()).hasSize(1);
        assertThat(queue.inspection().ghosts()).isZero();
    }

    @Test
    void aMoreSpecificListenerTakesItsOwn() {
        depth(3);
        kernel.sockets.add(FakeSocket.listener(true, "::", PORT, 2, 50, 2));
        client(11);
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.ESTABLISHED, "127.0.0.2", PORT, 12, 5));
        assertThat(queue.inspection().ghosts()).isEqualTo(2);
        assertThat(queue("::").inspection().ghosts()).isEqualTo(1);
        assertThat(queue("0.0.0.0").inspection().visible())
                .extracting(each -> each.local().getHostString())
                .containsExactly("127.0.0.2");
    }

    @Test
    void aMomentOfUnrestIsLookedThrough() {
        depth(2);
        client(11);
        whileListing(time -> {
            if (time == 1) {
                client(12);
                depth(3);
                proc.arrivals(101);
            }
        });
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.ghosts()).isEqualTo(1);
        assertThat(seen.reading().depth()).isEqualTo(3);
    }

    @Test
    void oneThatCameWhileOneWentMakesARange() {
        depth(2);
        whileListing(time -> {
            kernel.sockets.removeIf(each -> each.state() == SocketRow.ESTABLISHED);
            client(11 + time);
            proc.arrivals(100 + time);
        });
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.ghosts()).isNaN();
        assertThat(seen.ghostsAtLeast()).isZero();
        assertThat(seen.ghostsAtMost()).isEqualTo(2);
    }

    @Test
    void whereOthersAreBusyTwoLooksThatSeeTheSameAreExact() {
        depth(2);
        client(11);
        whileListing(time -> proc.arrivals(1000L * time));
        int before = kernel.dumps;
        assertThat(queue.inspection().ghosts()).isEqualTo(1);
        assertThat(kernel.dumps - before)
                .as("a reading's one, and two looks' three each")
                .isEqualTo(7);
    }

    @Test
    void withoutACountOfArrivalsARangeIsAsWideAsTheQueue() {
        proc.write("self/net/snmp", "");
        depth(4);
        whileListing(time -> {
            kernel.sockets.removeIf(each -> each.state() == SocketRow.ESTABLISHED);
            client(11 + time);
        });
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.ghostsAtLeast()).isZero();
        assertThat(seen.ghostsAtMost()).isEqualTo(4);
    }

    @Test
    void moreListedThanCountedIsNoNegativeNumber() {
        depth(1);
        client(11);
        client(12);
        client(13);
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.ghostsAtLeast()).isZero();
        assertThat(seen.ghostsAtMost()).isEqualTo(1);
    }

    @Test
    void anEmptyQueueIsNotListedForAGlance() {
        depth(0);
        int before = kernel.dumps;
        AcceptQueueInspection seen = queue.glance();
        assertThat(seen.ghosts()).isZero();
        assertThat(seen.visible()).isEmpty();
        assertThat(seen.synRecv()).isNaN();
        assertThat(kernel.dumps).as("a reading's only").isEqualTo(before + 1);
    }

    @Test
    void aQueueIsFullSinceItWasFirstSeenSo() {
        depth(51);
        queue.reading();
        proc.clock.addAndGet(Duration.ofMillis(700).toNanos());
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.full()).isTrue();
        assertThat(seen.fullFor()).isEqualTo(Duration.ofMillis(700));
        depth(50);
        assertThat(queue.inspection().fullFor()).isNull();
    }

    @Test
    void oneFullListenerMakesAGroupFull() {
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 6, 5, 1));
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 0, 5, 2));
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.listeners()).containsExactly(new AcceptQueueReading(6, 5), new AcceptQueueReading(0, 5));
        assertThat(seen.reading()).isEqualTo(new AcceptQueueReading(6, 10));
        assertThat(seen.full()).isTrue();
        assertThat(queue.full()).isTrue();
    }

    @Test
    void procIsAskedWhenTheKernelDoesNotAnswer() {
        kernel.refusal = 1;
        proc.tcp6(
                proc.listener6("127.0.0.1", PORT, 3),
                proc.queued6("127.0.0.1", PORT, 11, FakeProc.ESTABLISHED, 5),
                proc.queued6("127.0.0.1", PORT, 12, "08", 1),
                proc.queued6("127.0.0.1", PORT, 13, "03", 0),
                proc.row6("127.0.0.1", PORT, FakeProc.ESTABLISHED, 7));
        AcceptQueueInspection seen = queue.inspection();
        assertThat(seen.source()).isEqualTo("proc");
        assertThat(seen.reading()).isEqualTo(new AcceptQueueReading(3, 50));
        assertThat(seen.visible())
                .extracting(Queued::state)
                .containsExactlyInAnyOrder(State.ESTABLISHED, State.CLOSE_WAIT);
        assertThat(seen.visible()).extracting(Queued::bytesWaiting).containsExactlyInAnyOrder(5L, 0L);
        assertThat(seen.visible()).extracting(Queued::age).containsOnlyNulls();
        assertThat(seen.oldest()).isEmpty();
        assertThat(seen.synRecv()).isEqualTo(1);
        assertThat(seen.ghosts()).isEqualTo(1);
    }

    @Test
    void nothingIsKnownWithoutAListenerOrASource() {
        assertThat(queue.inspection()).isEqualTo(AcceptQueueInspection.UNKNOWN);
        kernel.refusal = 1;
        assertThat(queue.inspection()).isEqualTo(AcceptQueueInspection.UNKNOWN);
        assertThat(queue.inspection().ghosts()).isNaN();
    }

    @Test
    void aGaugeSeesTheSamplersInspectionForSomeSeconds() {
        depth(3);
        client(11);
        assertThat(queue.lastInspection()).isEqualTo(AcceptQueueInspection.UNKNOWN);
        AcceptQueue.sample(List.of(queue));
        assertThat(queue.lastInspection().ghosts()).isEqualTo(2);
        proc.clock.addAndGet(Inspector.FRESH_NANOS - 1);
        assertThat(queue.lastInspection().ghosts()).isEqualTo(2);
        proc.clock.incrementAndGet();
        assertThat(queue.lastInspection().ghosts()).isNaN();
    }

    @Test
    void theSamplerInspectsOnceASecondAndAnEmptyQueueNever() {
        depth(3);
        AcceptQueue.sample(List.of(queue));
        client(11);
        AcceptQueue.sample(List.of(queue));
        assertThat(queue.lastInspection().visible()).isEmpty();
        proc.clock.addAndGet(Inspector.PERIOD_NANOS);
        AcceptQueue.sample(List.of(queue));
        assertThat(queue.lastInspection().visible()).hasSize(1);
        depth(0);
        int dumps = kernel.dumps;
        proc.clock.addAndGet(Inspector.PERIOD_NANOS);
        AcceptQueue.sample(List.of(queue));
        assertThat(queue.lastInspection().ghosts()).isZero();
        assertThat(kernel.dumps).as("a survey of the listeners only").isEqualTo(dumps + 1);
    }

    @Test
    void viewsOfAPortAreOneForEachAddress() {
        depth(3);
        kernel.sockets.add(FakeSocket.listener(true, "::", PORT, 2, 60, 2));
        kernel.sockets.add(FakeSocket.listener(true, "::", PORT, 4, 60, 3));
        kernel.sockets.add(FakeSocket.listener(true, "::", PORT + 1, 9, 9, 4));
        List<AcceptQueue> views = AcceptQueue.at(source, PORT);
        assertThat(views)
                .extracting(AcceptQueue::local)
                .containsExactly(FakeProc.address("127.0.0.1", PORT), FakeProc.address("::", PORT));
        assertThat(views)
                .extracting(AcceptQueue::reading)
                .containsExactly(new AcceptQueueReading(3, 50), new AcceptQueueReading(6, 120));
    }
}
