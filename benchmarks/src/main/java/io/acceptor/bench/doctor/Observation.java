package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueueReading;
import io.acceptor.queue.ListenCounters;
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
 */
record Observation(
        boolean listening, Look last, Flow flow, Shares shares, SinceStart sinceStart, OptionalInt somaxconn) {

    AcceptQueueReading reading() {
        return last.reading();
    }

    /** Whether the queue got all that the kernel grants; the program may have asked for just that, or for more. */
    boolean atSomaxconn() {
        return somaxconn.isPresent() && reading().limit() == somaxconn.getAsInt();
    }

    /**
     * Counted over all looks, however long ago.
     *
     * @param seconds how long that is
     * @param peak the greatest depth seen; NaN when unknown
     * @param turnedAway what the kernel turned away, of all listeners of the network namespace
     */
    record SinceStart(double seconds, double peak, ListenCounters turnedAway) {}
}
