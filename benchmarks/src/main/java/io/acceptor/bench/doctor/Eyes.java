package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Opens;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;

/** Looks at one queue, through the library. */
final class Eyes {
    private final AcceptQueue queue;

    private Eyes(AcceptQueue queue) {
        this.queue = queue;
    }

    static Eyes on(Patient patient) {
        return new Eyes(AcceptQueue.of(patient.local(), 0, patient.listeners().size()));
    }

    Look look() {
        long now = System.nanoTime();
        double before = PassiveOpens.read();
        AcceptQueueInspection inspection = queue.inspection();
        return new Look(now, inspection, new Opens(before, PassiveOpens.read()));
    }
}
