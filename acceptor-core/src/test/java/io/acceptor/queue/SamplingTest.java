package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a sample scans, and when it spares the scan. */
class SamplingTest {
    private static final int PORT = 4000;

    @TempDir
    private Path root;

    private FakeProc proc;
    private AcceptQueue queue;

    @BeforeEach
    void makeIdleListener() {
        proc = new FakeProc(root).arrivals(100).tcp();
        depth(0);
        queue = proc.queue("127.0.0.1", PORT);
    }

    private void depth(long depth) {
        proc.tcp6(proc.listener6("127.0.0.1", PORT, depth));
    }

    private double sampled(AcceptQueue... queues) {
        proc.clock.incrementAndGet();
        AcceptQueue.sample(List.of(queues));
        return queue.last().depth();
    }

    private void settle() {
        assertThat(sampled(queue)).isZero();
        assertThat(sampled(queue)).isZero();
    }

    @Test
    void noScanIsMadeWhileNothingArrives() {
        settle();
        depth(3);
        assertThat(sampled(queue)).isZero();
    }

    @Test
    void anArrivalIsSeenAtOnce() {
        settle();
        depth(3);
        proc.arrivals(101);
        assertThat(sampled(queue)).isEqualTo(3);
    }

    @Test
    void aConnectionCountedBeforeItIsQueuedIsSeenByTheNextSample() {
        settle();
        proc.arrivals(101);
        assertThat(sampled(queue)).isZero();
        depth(1);
        assertThat(sampled(queue)).isEqualTo(1);
    }

    @Test
    void aQueueThatIsNotEmptyIsAlwaysScanned() {
        depth(3);
        assertThat(sampled(queue)).isEqualTo(3);
        assertThat(sampled(queue)).isEqualTo(3);
        depth(2);
        assertThat(sampled(queue)).isEqualTo(2);
    }

    @Test
    void aListenerNotFoundIsAlwaysLookedFor() {
        proc.tcp6();
        assertThat(sampled(queue)).isNaN();
        assertThat(sampled(queue)).isNaN();
        depth(0);
        assertThat(sampled(queue)).isZero();
    }

    @Test
    void oneQueueThatIsNotEmptyHasAllScanned() {
        AcceptQueue other = proc.queue("::1", PORT);
        String busy = proc.listener6("::1", PORT, 1);
        proc.tcp6(busy, proc.listener6("127.0.0.1", PORT, 0));
        sampled(queue, other);
        sampled(queue, other);
        proc.tcp6(busy, proc.listener6("127.0.0.1", PORT, 3));
        assertThat(sampled(queue, other)).isEqualTo(3);
    }

    @Test
    void aQueueIsNotSparedForWhatAnotherOneSaw() {
        AcceptQueue other = proc.queue("127.0.0.1", PORT);
        settle();
        sampled(other);
        sampled(other);
        proc.arrivals(101);
        depth(1);
        sampled(other);
        sampled(other);
        assertThat(sampled(queue)).isEqualTo(1);
    }

    @Test
    void aQueueNamedTwiceIsScannedTwiceAllTheSame() {
        assertThat(sampled(queue, queue)).isZero();
        depth(1);
        assertThat(sampled(queue, queue)).isEqualTo(1);
        depth(0);
        sampled(queue, queue);
        depth(4);
        assertThat(sampled(queue, queue)).as("spared").isZero();
    }

    @Test
    void aLullIsBrokenOffAfterASecond() {
        settle();
        proc.tcp6();
        proc.clock.addAndGet(Lull.LONGEST_NANOS - 2);
        assertThat(sampled(queue)).isZero();
        assertThat(sampled(queue)).isNaN();
    }

    @Test
    void aReadingIsNeverSpared() {
        settle();
        depth(3);
        assertThat(queue.reading().depth()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Tcp: 1 200 120000 -1 7 100 0\n",
                "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\n",
                "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\nTcp: 1 200 120000 -1 7\n",
                "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\nTcp: 1 2 3 -1 7 x 0\n",
                "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\nTcp: 1 2 3 -1 7 10",
                "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\nTcp: 1 2 3 -1 7 10\n",
                "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn PassiveOpens ActiveOpens AttemptFails\nTcp: 1 2 3 -1 7 8 0\n",
                "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\nUdp: 1 2 3 -1 7 8 0\n"
            })
    void everySampleScansWhileArrivalsCannotBeCounted(String snmp) {
        proc.write("self/net/snmp", snmp);
        settle();
        depth(3);
        assertThat(sampled(queue)).isEqualTo(3);
    }

    @Test
    void everySampleScansWithoutTheFile() {
        FakeProc bare = new FakeProc(root.resolve("bare"));
        bare.tcp6(bare.listener6("127.0.0.1", PORT, 0)).tcp();
        AcceptQueue uncounted = bare.queue("127.0.0.1", PORT);
        AcceptQueue.sample(List.of(uncounted));
        AcceptQueue.sample(List.of(uncounted));
        bare.tcp6(bare.listener6("127.0.0.1", PORT, 3));
        AcceptQueue.sample(List.of(uncounted));
        assertThat(uncounted.last().depth()).isEqualTo(3);
    }

    @Test
    void aSlowScanIsFollowedByARest() {
        depth(3);
        proc.nanosEachTick = 1000;
        assertThat(sampled(queue)).isEqualTo(3);
        proc.nanosEachTick = 0;
        depth(4);
        proc.clock.addAndGet(QueueSource.REST_FACTOR * 1000 - 1002);
        assertThat(sampled(queue)).isEqualTo(3);
        assertThat(sampled(queue)).isEqualTo(4);
    }

    @Test
    void aRestAfterAVerySlowScanIsCutShort() {
        depth(3);
        proc.nanosEachTick = QueueSource.LONGEST_REST_NANOS;
        assertThat(sampled(queue)).isEqualTo(3);
        proc.nanosEachTick = 0;
        depth(4);
        assertThat(sampled(queue)).isEqualTo(4);
    }
}
