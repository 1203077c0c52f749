package io.acceptor.bench.peers;

import java.util.concurrent.atomic.LongAdder;

/** What a peer that keeps no books of its own has accepted and is done with. Thread-safe. */
final class Books {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder ended = new LongAdder();

    void accepted() {
        accepted.increment();
    }

    void ended() {
        ended.increment();
    }

    /** "Ended" is read first, so that "active" is never negative. */
    ServerCounts counts() {
        long over = ended.sum();
        long taken = accepted.sum();
        return new ServerCounts(taken, null, taken - over);
    }
}
