package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Ends;
import java.util.List;
import java.util.Set;

/**
 * What the program took from its queue between the first look and the last.
 *
 * <p>The kernel counts no accepted connections per listener, so there are bounds. At least as many were taken as the depth
 * fell from one look to the next; and as visible connections left between two looks without becoming ghosts, because a
 * connection leaves the queue in no other way, and being reset turns it into a ghost that stays. At most as many were taken
 * as came in at all listeners of the network namespace and are not in this queue.
 *
 * @param seconds from the first look to the last
 * @param taken connections taken in that time; the upper bound is NaN when unknown
 * @param idleSeconds for how long the queue was never seen empty, of several no one, and nothing was seen taken, the last look
 *     included, however long that has been; 0 if it is empty
 */
record Flow(double seconds, Range taken, double idleSeconds) {
    /** The bounds may differ by this share for the rate to be a number. */
    private static final double TOLERANCE = 0.1;

    private static final double NANOS = 1e9;

    /**
     * Of looks of known depth, the oldest first. Less than two tell nothing.
     *
     * @param idleSince when the queue was last seen empty or something seen taken, or looking began
     */
    static Flow of(List<Look> looks, long idleSince) {
        if (looks.size() < 2) {
            return new Flow(Double.NaN, Range.UNKNOWN, 0);
        }
        Look first = looks.get(0);
        Look last = looks.get(looks.size() - 1);
        double taken = 0;
        for (int i = 1; i < looks.size(); i++) {
            taken += takenBetween(looks.get(i - 1), looks.get(i));
        }
        double arrived = last.opens().after() - first.opens().before();
        double most = Math.max(taken, arrived - (last.depth() - first.depth()));
        double idle = !last.anyEmpty() ? (last.nanos() - idleSince) / NANOS : 0;
        return new Flow((last.nanos() - first.nanos()) / NANOS, new Range(taken, most), idle);
    }

    /** The same where it is known besides that so many were taken. */
    Flow withAtLeast(double known) {
        return known > taken.least()
                ? new Flow(seconds, new Range(known, Math.max(known, taken.most())), idleSeconds)
                : this;
    }

    /** At least so many; 0 if nothing is known. */
    static double takenBetween(Look earlier, Look later) {
        double fell = earlier.fall(later);
        Set<Ends> still = later.visible();
        long left =
                earlier.visible().stream().filter(each -> !still.contains(each)).count();
        double newGhosts =
                later.inspection().ghostsAtMost() - earlier.inspection().ghostsAtLeast();
        double leftAlive = left - newGhosts;
        return Math.max(fell > 0 ? fell : 0, leftAlive > 0 ? leftAlive : 0);
    }

    /**
     * Connections taken a second: 0 if the queue was never seen empty and nothing was seen taken, else where the bounds agree;
     * NaN where it cannot be told.
     */
    double perSecond() {
        if (idleSeconds >= seconds) {
            return 0;
        }
        boolean agree = taken.most() - taken.least() <= TOLERANCE * taken.most();
        return agree ? taken.most() / seconds : Double.NaN;
    }

    /**
     * A number known to lie between two others; both NaN when nothing is known.
     *
     * @param least the smallest it can be
     * @param most the largest
     */
    record Range(double least, double most) {
        static final Range UNKNOWN = new Range(Double.NaN, Double.NaN);
    }
}
