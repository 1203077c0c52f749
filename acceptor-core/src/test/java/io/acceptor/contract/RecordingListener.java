package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.AcceptorListener;
import io.acceptor.DrainReport;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.RejectReason;
import io.acceptor.StallReport;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers every event. */
public class RecordingListener implements AcceptorListener {
    private final List<Ended> ended = new CopyOnWriteArrayList<>();
    private final List<StallReport> stalls = new CopyOnWriteArrayList<>();
    private final List<Duration> stallsEnded = new CopyOnWriteArrayList<>();
    private final List<DrainReport> drains = new CopyOnWriteArrayList<>();

    /** One call of onEnded; the reason is null unless rejected. */
    public record Ended(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted, String thread) {}

    @Override
    public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
        ended.add(new Ended(
                id, peer, outcome, reason, lasted, Thread.currentThread().getName()));
    }

    @Override
    public void onStall(StallReport report) {
        stalls.add(report);
    }

    @Override
    public void onStallEnded(Duration lasted) {
        stallsEnded.add(lasted);
    }

    @Override
    public void onDrained(DrainReport report) {
        drains.add(report);
    }

    /** The ends so far, in the order of their events. */
    public List<Ended> ended() {
        return List.copyOf(ended);
    }

    /** The stalls so far. */
    public List<StallReport> stalls() {
        return List.copyOf(stalls);
    }

    /** The ends of stalls so far. */
    public List<Duration> stallsEnded() {
        return List.copyOf(stallsEnded);
    }

    /** The drains so far. */
    public List<DrainReport> drains() {
        return List.copyOf(drains);
    }

    /** Waits until every end in the books was told, and checks that each was told once and as what it is in the books. */
    void assertHeardOfEveryEndOnce(RunningServer server) {
        ContractTest.soon()
                .untilAsserted(
                        () -> assertThat(ended).hasSize((int) server.stats().ended()));
        Map<Outcome, Long> told = new EnumMap<>(Outcome.class);
        ended.forEach(each -> told.merge(each.outcome(), 1L, Long::sum));
        assertThat(told).isEqualTo(ContractTest.ends(server));
        assertThat(ended).extracting(Ended::id).doesNotHaveDuplicates();
        assertThat(server.stats().eventsDropped()).isZero();
    }
}
