package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Sharer;

/**
 * One of several listeners that share an address (SO_REUSEPORT), and what was seen of it so far. The kernel gives each connection
 * to one of them, and none of the others can accept it. Immutable.
 *
 * @param inode which
 * @param depth of its queue, at the last look
 * @param limit of its queue; NaN when unknown
 * @param taken at least so many connections were taken from it
 * @param idleSeconds for how long its queue was never seen empty and nothing was seen taken; 0 if it is empty
 */
record SharedListener(long inode, double depth, double limit, double taken, double idleSeconds) {
    private static final double NANOS = 1e9;

    /** At the first look at it. */
    static SharedListener first(Sharer seen) {
        return new SharedListener(seen.inode(), seen.depth(), seen.limit(), 0, 0);
    }

    /** At a later look. */
    SharedListener next(Sharer seen, long nanosLater) {
        double fell = Math.max(0, depth - seen.depth());
        boolean idle = depth > 0 && seen.depth() > 0 && fell == 0;
        return new SharedListener(
                inode,
                seen.depth(),
                Double.isNaN(seen.limit()) ? limit : seen.limit(),
                taken + fell,
                idle ? idleSeconds + nanosLater / NANOS : 0);
    }

    /** The same, where it is known that something is taken. */
    SharedListener notIdle() {
        return new SharedListener(inode, depth, limit, taken, 0);
    }

    /** Whether it takes no more connections. A queue is full at one above its limit. */
    boolean full() {
        return depth > limit;
    }
}
