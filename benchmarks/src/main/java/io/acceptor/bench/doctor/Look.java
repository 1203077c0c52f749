package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;
import io.acceptor.queue.AcceptQueueInspection.Queued;
import io.acceptor.queue.AcceptQueueReading;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One look at the accept queue of a port. Immutable.
 *
 * @param nanos when, by the monotonic clock
 * @param inspection what is in it
 * @param opens connections that came in at any listener of the network namespace
 * @param sharers each of the listeners that share the address, in no order; empty if there is one only, or that is unknown
 */
record Look(long nanos, AcceptQueueInspection inspection, Opens opens, List<Sharer> sharers) {

    /** A look that told nothing. */
    static Look unknown(long nanos) {
        return new Look(nanos, AcceptQueueInspection.UNKNOWN, new Opens(Double.NaN, Double.NaN), List.of());
    }

    AcceptQueueReading reading() {
        return inspection.reading();
    }

    double depth() {
        return reading().depth();
    }

    /** Whether at least one connection waits for the program. */
    boolean waiting() {
        return depth() > 0;
    }

    /** Whether a listener's queue was empty, be it one of several. */
    boolean anyEmpty() {
        return !waiting() || sharers.stream().anyMatch(each -> each.depth() == 0);
    }

    /** How much less there is in the queues of a later look, those that have grown left out. */
    double fall(Look later) {
        if (sharers.isEmpty() || later.sharers.isEmpty()) {
            return depth() - later.depth();
        }
        double fall = 0;
        for (Sharer each : sharers) {
            for (Sharer now : later.sharers) {
                fall += now.inode() == each.inode() ? Math.max(0, each.depth() - now.depth()) : 0;
            }
        }
        return fall;
    }

    /** Of one that shares the address; 0 if it is not there. */
    double depthOf(long inode) {
        return sharers.stream()
                .filter(each -> each.inode() == inode)
                .mapToDouble(Sharer::depth)
                .sum();
    }

    /** At most so many of these connections are still in the queue at a later look: the visible ones, and all ghosts. */
    double stillIn(Look later) {
        Set<Ends> still = later.visible();
        still.retainAll(visible());
        return still.size() + later.inspection().ghostsAtMost();
    }

    /** Milliseconds; NaN when unknown. */
    double oldestMillis() {
        return inspection
                .oldest()
                .map(Duration::toMillis)
                .map(Long::doubleValue)
                .orElse(Double.NaN);
    }

    /** NaN when unknown. */
    double visibleCount() {
        return reading().known() ? inspection.visible().size() : Double.NaN;
    }

    /** The visible connections, to be told from others. */
    Set<Ends> visible() {
        return inspection.visible().stream().map(Ends::of).collect(Collectors.toCollection(HashSet::new));
    }

    /** The two ends of a connection. */
    record Ends(InetSocketAddress peer, InetSocketAddress local) {
        static Ends of(Queued queued) {
            return new Ends(queued.peer(), queued.local());
        }
    }

    /**
     * {@link AcceptQueue#arrivals()} right before and right after the look, so that two looks bound what came between them.
     *
     * @param before read before the queue
     * @param after read after it
     */
    record Opens(double before, double after) {}

    /**
     * One of the listeners that share an address.
     *
     * @param inode which
     * @param depth how many connections its queue holds
     * @param limit its backlog; NaN when unknown
     */
    record Sharer(long inode, double depth, double limit) {}
}
