package io.acceptor.netty;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.acceptor.queue.AcceptQueueInspection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What several addresses amount to. */
final class Totals {
    static final AcceptorStats NOTHING =
            new AcceptorStats(0, 0, zeros(Outcome.class), zeros(RejectReason.class), Map.of(), 0, 0);

    private Totals() {}

    private static <E extends Enum<E>> Map<E, Long> zeros(Class<E> type) {
        Map<E, Long> counts = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            counts.put(constant, 0L);
        }
        return counts;
    }

    static AcceptorStats sum(AcceptorStats a, AcceptorStats b) {
        return new AcceptorStats(
                a.accepted() + b.accepted(),
                a.pending() + b.pending(),
                sum(a.outcomes(), b.outcomes()),
                sum(a.rejections(), b.rejections()),
                sum(a.acceptErrors(), b.acceptErrors()),
                a.stalls() + b.stalls(),
                a.eventsDropped() + b.eventsDropped());
    }

    private static <K extends Comparable<? super K>> Map<K, Long> sum(Map<K, Long> a, Map<K, Long> b) {
        Map<K, Long> counts = new TreeMap<>(a);
        b.forEach((key, count) -> counts.merge(key, count, Long::sum));
        return counts;
    }

    /**
     * Live and ready if each address is; without any there is nobody to serve a client. The queue shown is the one that holds
     * most.
     */
    static AcceptorHealth health(List<AcceptorHealth> each) {
        if (each.isEmpty()) {
            return new AcceptorHealth(false, false, List.of("no address is guarded"), AcceptQueueInspection.UNKNOWN);
        }
        List<String> reasons = new ArrayList<>();
        each.forEach(one -> reasons.addAll(one.reasons()));
        AcceptQueueInspection fullest = Collections.max(
                each.stream().map(AcceptorHealth::queue).toList(),
                Comparator.comparingDouble(
                        queue -> queue.reading().known() ? queue.reading().depth() : -1));
        return new AcceptorHealth(
                each.stream().allMatch(AcceptorHealth::live),
                each.stream().allMatch(AcceptorHealth::ready),
                reasons,
                fullest);
    }

    static DrainReport drained(List<DrainReport> each) {
        return new DrainReport(
                each.isEmpty()
                        ? Duration.ZERO
                        : Collections.max(each.stream().map(DrainReport::took).toList()),
                each.stream().mapToLong(DrainReport::finished).sum(),
                each.stream().mapToLong(DrainReport::cut).sum(),
                each.stream().mapToDouble(DrainReport::atRiskAtClose).sum());
    }
}
