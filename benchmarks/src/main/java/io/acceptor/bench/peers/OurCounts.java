package io.acceptor.bench.peers;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;

/** The books of this library's servers, told as every server under test tells them. */
final class OurCounts {
    private OurCounts() {}

    static ServerCounts of(AcceptorStats stats) {
        Map<String, Long> outcomes = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome.name(), stats.outcomes().getOrDefault(outcome, 0L));
        }
        return new ServerCounts(stats.accepted(), outcomes, stats.active());
    }
}
