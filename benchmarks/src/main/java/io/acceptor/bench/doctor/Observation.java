package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueueReading;
import io.acceptor.queue.ListenCounters;
import java.util.List;
import java.util.OptionalInt;

/**
 * What some seconds of looking came to: all that a {@link Diagnosis} goes by.
 *
 * @param listening whether anything listens at the port
 * @param last the last look
 * @param flow what was taken from the queue of late
 * @param shares how often of late it looked bad
 * @param sinceStart what is counted from the first look on
 * @param somaxconn the largest backlog that the kernel grants, if known
 * @param sharers each of the listeners that share the address; empty if there is one only, or that is unknown
 */
record Observation(
        boolean listening,
        Look last,
        Flow flow,
        Shares shares,
        SinceStart sinceStart,
        OptionalInt somaxconn,
        List<SharedListener> sharers) {

    /** So long must nothing be taken for accepting to be called stalled: longer than a usual pause of a garbage collector. */
    private static final double STALL_SECONDS = 2;

    /** Of a shorter observation, this share. */
    private static final double STALL_SHARE = 2.0 / 3;

    /** Whether the program takes nothing though connections wait: of several listeners, no one does. */
    boolean stalled() {
        return sharers.isEmpty()
                ? isStall(flow.idleSeconds())
                : stalledListeners().size() == sharers.size();
    }

    /** Those of several listeners that take nothing though connections wait. */
    List<SharedListener> stalledListeners() {
        return sharers.stream().filter(each -> isStall(each.idleSeconds())).toList();
    }

    private boolean isStall(double idleSeconds) {
        return idleSeconds >= stallSeconds(flow);
    }

    /** For so long must nothing be taken. */
    static double stallSeconds(Flow flow) {
        return Math.min(STALL_SECONDS, STALL_SHARE * flow.seconds());
    }

    /** Whether some of several listeners are full, and not all. */
    boolean partlyFull() {
        return !sharers.isEmpty() && !sharers.stream().allMatch(SharedListener::full);
    }

    AcceptQueueReading reading() {
        return last.reading();
    }

    /** Whether the queue got all that the kernel grants; the program may have asked for just that, or for more. */
    boolean atSomaxconn() {
        return somaxconn.isPresent()
                && reading().limit() == (double) somaxconn.getAsInt() * Math.max(1, sharers.size());
    }

    /**
     * Counted over all looks, however long ago.
     *
     * @param seconds how long that is
     * @param peak the greatest depth seen; NaN when unknown
     * @param taken at least so many connections were taken
     * @param arrived connections that came in, at all listeners of the network namespace; NaN when unknown
     * @param turnedAway what the kernel turned away, of all listeners of the network namespace
     */
    record SinceStart(double seconds, double peak, double taken, double arrived, ListenCounters turnedAway) {}
}
