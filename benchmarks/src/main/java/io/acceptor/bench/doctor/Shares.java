package io.acceptor.bench.doctor;

import java.util.List;
import java.util.function.Predicate;

/**
 * The shares of looks, from 0 to 1, at which something was amiss.
 *
 * @param late a connection had waited longer than {@link #LATE_MILLIS}
 * @param full the queue took no more connections
 */
record Shares(double late, double full) {
    /** What a lost packet costs at least: the shortest retransmission timeout (TCP_RTO_MIN in include/net/tcp.h). */
    static final double LATE_MILLIS = 200;

    /** Of one look or more, all of known depth. */
    static Shares of(List<Look> looks, Flow flow) {
        double fastest = flow.taken().most() / flow.seconds();
        return new Shares(
                share(looks, look -> waitMillis(look, fastest) > LATE_MILLIS),
                share(looks, look -> look.inspection().full()));
    }

    /** A ghost shows no age. Where there is nothing else, the wait follows from the depth, at the fastest rate possible. */
    private static double waitMillis(Look look, double takenPerSecond) {
        double oldest = look.oldestMillis();
        return Double.isNaN(oldest) ? 1_000 * look.depth() / takenPerSecond : oldest;
    }

    private static double share(List<Look> looks, Predicate<Look> amiss) {
        return (double) looks.stream().filter(amiss).count() / looks.size();
    }
}
