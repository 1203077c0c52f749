package io.acceptor.bench.flood;

import io.acceptor.bench.measure.Tally;
import java.util.EnumMap;
import java.util.Map;

/** How the visitors of a flood have ended, by kind. Thread-safe. */
final class FloodTally {
    private final Map<Behaviour, Tally<ProbeEnd>> tallies = new EnumMap<>(Behaviour.class);

    FloodTally(Mix mix) {
        mix.weights().keySet().forEach(behaviour -> tallies.put(behaviour, new Tally<>(ProbeEnd.class)));
    }

    void add(Behaviour behaviour, ProbeEnd end) {
        Tally<ProbeEnd> tally = tallies.get(behaviour);
        if (tally == null) {
            throw new IllegalArgumentException(behaviour + " is not in the mix");
        }
        tally.add(end);
    }

    /** So far; every kind that comes has an entry, and every end. */
    Map<Behaviour, Map<ProbeEnd, Long>> counts() {
        Map<Behaviour, Map<ProbeEnd, Long>> counts = new EnumMap<>(Behaviour.class);
        tallies.forEach((behaviour, tally) -> counts.put(behaviour, new EnumMap<>(tally.counts())));
        return counts;
    }
}
