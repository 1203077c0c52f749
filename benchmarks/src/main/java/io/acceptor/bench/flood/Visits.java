package io.acceptor.bench.flood;

import io.acceptor.bench.flood.Visit.Progress;
import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/** All visitors of one thread that are under way: a selector, and a queue of deadlines. Not thread-safe. */
final class Visits implements AutoCloseable {
    private static final int SCRATCH = 64 * 1_024;

    private final InetSocketAddress target;
    private final SourceAddresses sources;
    private final int greetingLength;
    private final FloodTally tally;
    private final Selector selector;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
    private final Map<Visit, Behaviour> underWay = new HashMap<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::nanos));

    /** One that a visit no longer wants is passed over when its time comes. */
    private record Alarm(long nanos, Visit visit) {}

    Visits(InetSocketAddress target, SourceAddresses sources, int greetingLength, FloodTally tally) throws IOException {
        this.target = target;
        this.sources = sources;
        this.greetingLength = greetingLength;
        this.tally = tally;
        this.selector = Selector.open();
    }

    int size() {
        return underWay.size();
    }

    void start(Behaviour behaviour, Script script, long connectDeadline) {
        Visit visit;
        try {
            visit = Visit.open(script, greetingLength, sources.next());
        } catch (IOException noDescriptorOrPort) {
            tally.add(behaviour, ProbeEnd.NOT_SENT);
            return;
        }
        underWay.put(visit, behaviour);
        drive(visit, () -> visit.connect(target, selector, connectDeadline));
    }

    /** Lets all go on that can. Does not wait. */
    void turn() {
        if (underWay.isEmpty()) {
            return;
        }
        try {
            selector.selectNow(this::ready);
        } catch (IOException broken) {
            throw new IllegalStateException("the generator's selector failed", broken);
        }
        long now = System.nanoTime();
        for (Alarm due = alarms.peek(); due != null && due.nanos - now <= 0; due = alarms.peek()) {
            alarms.remove();
            ring(due);
        }
    }

    private void ready(SelectionKey key) {
        Visit visit = (Visit) key.attachment();
        drive(visit, () -> visit.ready(key, scratch));
    }

    private void ring(Alarm alarm) {
        Visit visit = alarm.visit;
        if (!underWay.containsKey(visit) || visit.deadline() != alarm.nanos) {
            return;
        }
        ProbeEnd inVain = visit.latenessMeans();
        try {
            Progress progress = visit.late();
            settle(visit, progress, inVain);
        } catch (IOException gone) {
            end(visit, visit.failureMeans());
        }
    }

    /** What moves a visit on. */
    private interface Move {
        Progress make() throws IOException;
    }

    private void drive(Visit visit, Move move) {
        try {
            settle(visit, move.make(), ProbeEnd.CUT);
        } catch (IOException gone) {
            end(visit, visit.failureMeans());
        }
    }

    private void settle(Visit visit, Progress progress, ProbeEnd ifCut) {
        switch (progress) {
            case DONE -> end(visit, ProbeEnd.DONE);
            case CUT -> end(visit, ifCut);
            default -> alarms.add(new Alarm(visit.deadline(), visit));
        }
    }

    private void end(Visit visit, ProbeEnd end) {
        Behaviour behaviour = underWay.remove(visit);
        visit.close();
        if (behaviour != null) {
            tally.add(behaviour, end);
        }
    }

    /** Closes the selector and whoever is still there. */
    @Override
    public void close() throws IOException {
        underWay.keySet().forEach(Visit::close);
        selector.close();
    }
}
