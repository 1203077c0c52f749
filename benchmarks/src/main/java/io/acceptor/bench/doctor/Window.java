package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Sharer;
import io.acceptor.bench.doctor.Observation.SinceStart;
import io.acceptor.queue.ListenCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The looks of the last few seconds, two at least, and what is counted from the first one on. Not thread-safe. */
final class Window {
    private final long lengthNanos;
    private final OptionalInt somaxconn;
    private final Deque<Look> looks = new ArrayDeque<>();
    private final long start;
    private final ListenCounters countersAtStart;
    private double peak = Double.NaN;
    private long idleSince;
    private double taken;
    private final double arrivalsAtStart;
    private Map<Long, SharedListener> sharers = Map.of();

    /**
     * @param lengthNanos how far back it reaches, if looks come so often
     * @param somaxconn as the kernel has it
     * @param first the first look
     * @param counters read before it
     */
    Window(long lengthNanos, OptionalInt somaxconn, Look first, ListenCounters counters) {
        this.lengthNanos = lengthNanos;
        this.somaxconn = somaxconn;
        this.start = first.nanos();
        this.idleSince = start;
        this.countersAtStart = counters;
        this.arrivalsAtStart = first.opens().before();
        add(first);
    }

    void add(Look look) {
        Look before = looks.peekLast();
        if (before != null) {
            double takenNow = Flow.takenBetween(before, look);
            taken += takenNow > 0 ? takenNow : 0;
            if (look.anyEmpty() || takenNow > 0) {
                idleSince = look.nanos();
            }
        }
        if (look.reading().known()) {
            sharers = sharers(look, before == null ? 0 : look.nanos() - before.nanos());
        }
        looks.add(look);
        while (looks.size() > 2 && look.nanos() - looks.element().nanos() > lengthNanos) {
            looks.remove();
        }
        peak = look.depth() > peak || Double.isNaN(peak) ? look.depth() : peak;
    }

    private Map<Long, SharedListener> sharers(Look look, long nanosLater) {
        Map<Long, SharedListener> next = new LinkedHashMap<>();
        for (Sharer seen : look.sharers()) {
            SharedListener known = sharers.get(seen.inode());
            next.put(seen.inode(), known == null ? SharedListener.first(seen) : known.next(seen, nanosLater));
        }
        return next;
    }

    /**
     * What it comes to.
     *
     * @param listening whether anything listens now
     * @param accepted how many connections are known to have been accepted since the first look
     * @param counters as they are now
     */
    Observation observation(boolean listening, long accepted, ListenCounters counters) {
        List<Look> known = new ArrayList<>(looks);
        known.removeIf(look -> !look.reading().known());
        Look last = looks.getLast();
        SinceStart sinceStart = new SinceStart(
                (last.nanos() - start) / 1e9,
                peak,
                Math.max(taken, (double) accepted),
                last.opens().after() - arrivalsAtStart,
                counters.since(countersAtStart));
        boolean allInWindow = looks.element().nanos() == start;
        Flow flow = Flow.of(known, idleSince).withAtLeast(allInWindow ? (double) accepted : 0);
        return new Observation(
                listening, last, flow, Shares.of(known, flow), sinceStart, somaxconn, sharers(known, flow));
    }

    /**
     * Those that share the address. A full queue that is filled again as soon as something is taken from it looks as if nothing
     * were; but if nothing is, what was in it stays. Which connection is in which queue the kernel does not tell: all are counted.
     */
    private List<SharedListener> sharers(List<Look> known, Flow flow) {
        double stall = Observation.stallSeconds(flow);
        List<SharedListener> idle = sharers.values().stream()
                .filter(each -> each.idleSeconds() >= stall)
                .toList();
        if (known.isEmpty() || idle.isEmpty()) {
            return List.copyOf(sharers.values());
        }
        Look last = known.get(known.size() - 1);
        Look then = known.get(0);
        for (Look look : known) {
            then = (last.nanos() - look.nanos()) / 1e9 >= stall ? look : then;
        }
        double stayed = then.stillIn(last);
        double due = idle.stream()
                .map(SharedListener::inode)
                .mapToDouble(then::depthOf)
                .sum();
        return sharers.values().stream()
                .map(each -> stayed < due && each.full() ? each.notIdle() : each)
                .toList();
    }
}
