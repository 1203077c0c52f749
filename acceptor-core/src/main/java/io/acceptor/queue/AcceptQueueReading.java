package io.acceptor.queue;

/**
 * One look at an accept queue: how many connections waited, and how many the kernel was told to hold.
 *
 * <p>Immutable. Each number stands alone: a depth may be known where the limit is not, and the other way round.
 *
 * @param depth completed connections not yet accepted, those already reset by their client included (Recv-Q of
 *     {@code ss -lnt}); NaN when unknown, never 0 for that
 * @param limit the backlog in force (Send-Q of {@code ss -lnt}), summed over the listeners that {@code depth} was summed
 *     over; NaN when unknown
 */
public record AcceptQueueReading(double depth, double limit) {

    /** Nothing is known: both numbers are NaN. */
    public static final AcceptQueueReading UNKNOWN = new AcceptQueueReading(Double.NaN, Double.NaN);

    /**
     * Checks that each number is NaN or a finite one from 0 on.
     *
     * @param depth connections not yet accepted, or NaN
     * @param limit the backlog in force, or NaN
     * @throws IllegalArgumentException if a number is negative or infinite
     */
    public AcceptQueueReading {
        check("depth", depth);
        check("limit", limit);
    }

    /**
     * Whether the depth is known; the limit may be unknown all the same.
     *
     * @return true if {@link #depth()} is a number
     */
    public boolean known() {
        return !Double.isNaN(depth);
    }

    /**
     * The depth as a share of the limit. A full queue is a little above 1, because it holds one connection more than its
     * limit says.
     *
     * @return depth divided by limit; NaN if either is unknown, or the limit is 0
     */
    public double utilisation() {
        return limit == 0 ? Double.NaN : depth / limit;
    }

    /**
     * Whether the queue takes no more connections: the kernel calls it full only when the depth is <em>above</em> the
     * limit ({@code sk_acceptq_is_full} in {@code include/net/sock.h}), so a queue of {@code listen(4)} holds 5. New
     * clients then time out in connect.
     *
     * <p>For a group of SO_REUSEPORT listeners, true means that at least one of them is full; the reverse does not hold,
     * since one may be full while another still has room.
     *
     * @return true if the depth is above the limit; false if either is unknown
     */
    public boolean full() {
        return depth > limit;
    }

    static void check(String what, double value) {
        if (value < 0 || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + " must be NaN or finite and at least 0, was " + value);
        }
    }
}
