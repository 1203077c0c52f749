package io.acceptor.bench;

import java.util.Map;

/**
 * What a flood has done.
 *
 * @param intended probes that the schedule asked for
 * @param seconds how long that was to take
 * @param ends how the probes ended; every end has an entry
 */
record FloodResult(long intended, double seconds, Map<ProbeEnd, Long> ends) {
    /** A generator that sent less than this share of what it offered has measured something else. */
    static final double LEAST_SHARE = 0.95;

    FloodResult {
        ends = Map.copyOf(ends);
    }

    long count(ProbeEnd end) {
        return ends.getOrDefault(end, 0L);
    }

    /** Probes that the generator got out; it is not to blame for what the server made of them. */
    long sent() {
        return count(ProbeEnd.RESET) + count(ProbeEnd.REFUSED) + count(ProbeEnd.UNANSWERED);
    }

    double sentPerSecond() {
        return sent() / seconds;
    }

    /** Whether the generator kept its rate. */
    boolean valid() {
        return sent() >= LEAST_SHARE * intended;
    }
}
