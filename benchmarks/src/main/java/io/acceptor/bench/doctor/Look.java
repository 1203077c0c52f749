package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueueReading;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * One look at the accept queue of a port. Immutable; unknown numbers are NaN.
 *
 * @param nanos when, by the monotonic clock
 * @param reading depth and limit
 * @param content what is in it
 * @param opens connections that came in at any listener of the network namespace
 */
record Look(long nanos, AcceptQueueReading reading, Content content, Opens opens) {

    /** A look that told nothing. */
    static Look unknown(long nanos) {
        return new Look(
                nanos,
                AcceptQueueReading.UNKNOWN,
                new Content(Set.of(), Range.UNKNOWN, Double.NaN, Double.NaN),
                new Opens(Double.NaN, Double.NaN));
    }

    double depth() {
        return reading.depth();
    }

    /** Whether at least one connection waits for the program. */
    boolean waiting() {
        return reading.depth() > 0;
    }

    /**
     * What a queue holds.
     *
     * @param visible the clients of connections that netstat lists too, half-closed ones included
     * @param ghosts connections that their client has reset
     * @param oldestMillis how long the oldest visible one has waited; NaN if there is none
     * @param synRecv handshakes under way
     */
    record Content(Set<InetSocketAddress> visible, Range ghosts, double oldestMillis, double synRecv) {
        Content {
            visible = Set.copyOf(visible);
        }
    }

    /**
     * A number known to lie between two others; both NaN when nothing is known.
     *
     * @param least the smallest it can be
     * @param most the largest
     */
    record Range(double least, double most) {
        static final Range UNKNOWN = new Range(Double.NaN, Double.NaN);

        boolean exact() {
            return least == most;
        }
    }

    /**
     * {@link PassiveOpens} right before and right after the look, so that two looks bound what came between them.
     *
     * @param before read before the queue
     * @param after read after it
     */
    record Opens(double before, double after) {}
}
