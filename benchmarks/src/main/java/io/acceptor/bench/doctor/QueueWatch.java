package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Opens;
import io.acceptor.bench.doctor.Look.Sharer;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;
import io.acceptor.queue.AcceptQueueReading;
import io.acceptor.queue.ListenCounters;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Looks at one patient's queue, from its making on. Not thread-safe. */
final class QueueWatch {
    private final Patient patient;
    private final Function<AcceptQueue, AcceptQueueInspection> inspect;
    private final Window window;
    private @Nullable AcceptedConnections acceptedBefore;
    private long accepted;

    /**
     * Takes the first look.
     *
     * @param patient whose queue
     * @param inspect how to look at a queue
     * @param windowNanos how far back rates and shares reach
     */
    QueueWatch(Patient patient, Function<AcceptQueue, AcceptQueueInspection> inspect, long windowNanos) {
        this.patient = patient;
        this.inspect = inspect;
        ListenCounters counters = ListenCounters.read();
        this.window = new Window(windowNanos, AcceptQueue.somaxconn(), take(), counters);
    }

    /** Takes another look. */
    void look() {
        window.add(take());
    }

    /** Takes the kernel's tables: connections that the last ones show and the first did not were accepted meanwhile. */
    void see(List<TcpRow> tables) {
        if (patient.queue().isEmpty()) {
            return;
        }
        AcceptedConnections now = AcceptedConnections.at(patient.queue().get().local(), tables);
        if (acceptedBefore == null) {
            acceptedBefore = now;
        } else {
            accepted = now.since(acceptedBefore);
        }
    }

    /** What was seen so far. */
    Observation soFar() {
        return window.observation(true, accepted, ListenCounters.read());
    }

    /** What was seen in all, and whether anything listens there still. */
    Observation end() {
        return window.observation(!patient.gone(), accepted, ListenCounters.read());
    }

    private Look take() {
        long now = System.nanoTime();
        double before = AcceptQueue.arrivals();
        AcceptQueueInspection inspection = patient.queue().map(inspect).orElse(AcceptQueueInspection.UNKNOWN);
        Opens opens = new Opens(before, AcceptQueue.arrivals());
        List<AcceptQueueReading> each = inspection.listeners();
        return new Look(now, inspection, opens, each.size() > 1 ? sharers(each) : List.of());
    }

    /** The library says how deep each is, the table of whom: a table has no limits, but both are in the kernel's order. */
    private List<Sharer> sharers(List<AcceptQueueReading> each) {
        try {
            List<TcpRow> rows = TcpRow.listenersAt(patient.queue().orElseThrow().local());
            return IntStream.range(0, rows.size())
                    .mapToObj(i -> new Sharer(rows.get(i).inode(), rows.get(i).depth(), limit(each, rows.size(), i)))
                    .toList();
        } catch (IOException noTables) {
            return List.of();
        }
    }

    private static double limit(List<AcceptQueueReading> each, int rows, int at) {
        return rows == each.size() ? each.get(at).limit() : Double.NaN;
    }
}
