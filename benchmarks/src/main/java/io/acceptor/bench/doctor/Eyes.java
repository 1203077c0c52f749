package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Opens;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;

/** Looks at one queue, through the library. */
final class Eyes {
    private final AcceptQueue queue;

    Eyes(AcceptQueue queue) {
        this.queue = queue;
    }

    Look look() {
        long now = System.nanoTime();
        double before = AcceptQueue.arrivals();
        AcceptQueueInspection inspection = queue.inspection();
        return new Look(now, inspection, new Opens(before, AcceptQueue.arrivals()));
    }
}
