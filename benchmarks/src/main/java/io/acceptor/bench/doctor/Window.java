package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Observation.SinceStart;
import io.acceptor.queue.ListenCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
        add(first);
    }

    void add(Look look) {
        Look before = looks.peekLast();
        if (before != null && (!look.waiting() || Flow.takenBetween(before, look) > 0)) {
            idleSince = look.nanos();
        }
        looks.add(look);
        while (looks.size() > 2 && look.nanos() - looks.element().nanos() > lengthNanos) {
            looks.remove();
        }
        peak = look.depth() > peak || Double.isNaN(peak) ? look.depth() : peak;
    }

    /**
     * What it comes to.
     *
     * @param listening whether anything listens now
     * @param counters as they are now
     */
    Observation observation(boolean listening, ListenCounters counters) {
        List<Look> known = new ArrayList<>(looks);
        known.removeIf(look -> !look.reading().known());
        Look last = looks.getLast();
        SinceStart sinceStart = new SinceStart((last.nanos() - start) / 1e9, peak, counters.since(countersAtStart));
        Flow flow = Flow.of(known, idleSince);
        return new Observation(listening, last, flow, Shares.of(known, flow), sinceStart, somaxconn);
    }
}
