package io.acceptor.bench.flood;

import io.acceptor.bench.measure.Punctuality;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a flood has done.
 *
 * @param intended visitors that the schedule asked for
 * @param seconds how long it took until the last had started; not less than was intended
 * @param ends how they ended; every end has an entry
 * @param ownMicros CPU time that the flood's own threads used, user and system
 * @param punctuality how well it kept the schedule
 */
public record FloodResult(
        long intended, double seconds, Map<ProbeEnd, Long> ends, double ownMicros, Punctuality punctuality) {
    public FloodResult {
        ends = Map.copyOf(ends);
    }

    /** All kinds of visitors together. */
    static Map<ProbeEnd, Long> sum(Map<Behaviour, Map<ProbeEnd, Long>> byBehaviour) {
        Map<ProbeEnd, Long> sum = new EnumMap<>(ProbeEnd.class);
        byBehaviour.values().forEach(ends -> ends.forEach((end, count) -> sum.merge(end, count, Long::sum)));
        return sum;
    }

    public long count(ProbeEnd end) {
        return ends.getOrDefault(end, 0L);
    }

    /** Visitors that the generator got out; it is not to blame for what the server made of them. */
    public long sent() {
        return ends.values().stream().mapToLong(Long::longValue).sum() - count(ProbeEnd.NOT_SENT);
    }

    public double sentPerSecond() {
        return sent() / seconds;
    }

    /** The generator's own CPU time for each that it sent; NaN if there were none. */
    public double ownMicrosEach() {
        return sent() == 0 ? Double.NaN : ownMicros / sent();
    }

    /** Those that were sent when they were due, or not much later. */
    public long onTime() {
        return sent() - punctuality.tooLate();
    }

    /** Whether the generator kept its rate. */
    public boolean valid() {
        return onTime() >= Punctuality.LEAST_SHARE * intended;
    }
}
