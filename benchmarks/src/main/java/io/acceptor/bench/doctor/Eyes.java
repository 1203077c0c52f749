package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Content;
import io.acceptor.bench.doctor.Look.Opens;
import io.acceptor.bench.doctor.Look.Range;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueReading;
import java.util.Set;

/** Looks at one queue, through the library. */
final class Eyes {
    private final AcceptQueue queue;

    Eyes(AcceptQueue queue) {
        this.queue = queue;
    }

    static Eyes on(Patient patient) {
        return new Eyes(AcceptQueue.of(patient.local(), 0, patient.listeners().size()));
    }

    Look look() {
        long now = System.nanoTime();
        double before = PassiveOpens.read();
        AcceptQueueReading reading = queue.reading();
        return new Look(
                now,
                reading,
                new Content(Set.of(), Range.UNKNOWN, Double.NaN, Double.NaN),
                new Opens(before, PassiveOpens.read()));
    }
}
