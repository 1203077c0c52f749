package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;
import io.acceptor.queue.AcceptQueueInspection.Queued;
import io.acceptor.queue.AcceptQueueReading;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One look at the accept queue of a port. Immutable.
 *
 * @param nanos when, by the monotonic clock
 * @param inspection what is in it
 * @param opens connections that came in at any listener of the network namespace
 */
record Look(long nanos, AcceptQueueInspection inspection, Opens opens) {

    /** A look that told nothing. */
    static Look unknown(long nanos) {
        return new Look(nanos, AcceptQueueInspection.UNKNOWN, new Opens(Double.NaN, Double.NaN));
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
        return inspection.visible().stream().map(Ends::of).collect(Collectors.toSet());
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
}
