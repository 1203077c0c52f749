package io.acceptor.queue;

import java.util.List;

/**
 * What one reading found of a queue.
 *
 * @param sum depth and limit of all its listeners together
 * @param each the same of each of them
 * @param full whether one of them was full
 * @param since when it was first read so, if it was full
 */
record Snapshot(AcceptQueueReading sum, List<AcceptQueueReading> each, boolean full, long since) {
    static final Snapshot NONE = new Snapshot(AcceptQueueReading.UNKNOWN, List.of(), false, 0);

    /**
     * A reading on its own.
     *
     * @param expected the limit while no listener is found
     */
    static Snapshot of(List<AcceptQueueReading> each, double expected, long now) {
        boolean full = each.stream().anyMatch(AcceptQueueReading::full);
        return new Snapshot(
                each.isEmpty() ? new AcceptQueueReading(Double.NaN, expected) : sum(each), each, full, full ? now : 0);
    }

    static AcceptQueueReading sum(List<AcceptQueueReading> each) {
        double depth = 0;
        double limit = 0;
        for (AcceptQueueReading reading : each) {
            depth += reading.depth();
            limit += reading.limit();
        }
        return new AcceptQueueReading(depth, limit);
    }

    /** The later one; the same object if nothing has changed. */
    Snapshot followedBy(Snapshot next) {
        boolean stillFull = full && next.full;
        Snapshot later = stillFull ? new Snapshot(next.sum, next.each, true, since) : next;
        return equals(later) ? this : later;
    }

    AcceptQueueInspection empty(String source) {
        return AcceptQueueInspection.empty(sum, each, source);
    }
}
