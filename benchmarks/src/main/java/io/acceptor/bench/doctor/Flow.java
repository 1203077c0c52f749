package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Range;
import java.util.List;

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
 * @param idleSeconds how long at the end the queue was never seen empty and nothing was seen taken; 0 if it is empty
 */
record Flow(double seconds, Range taken, double idleSeconds) {
    /** The bounds may differ by this share for the rate to be a number. */
    private static final double TOLERANCE = 0.1;

    private static final double NANOS = 1e9;

    /** Of looks of known depth, the oldest first. Less than two tell nothing. */
    static Flow of(List<Look> looks) {
        if (looks.size() < 2) {
            return new Flow(Double.NaN, Range.UNKNOWN, 0);
        }
        Look first = looks.get(0);
        Look last = looks.get(looks.size() - 1);
        double taken = 0;
        long busy = first.nanos();
        for (int i = 1; i < looks.size(); i++) {
            double atLeast = takenBetween(looks.get(i - 1), looks.get(i));
            taken += atLeast;
            if (atLeast > 0 || !looks.get(i).waiting()) {
                busy = looks.get(i).nanos();
            }
        }
        double arrived = last.opens().after() - first.opens().before();
        double most = Math.max(taken, arrived - (last.depth() - first.depth()));
        return new Flow(
                (last.nanos() - first.nanos()) / NANOS,
                new Range(taken, most),
                last.waiting() ? (last.nanos() - busy) / NANOS : 0);
    }

    private static double takenBetween(Look earlier, Look later) {
        double fell = earlier.depth() - later.depth();
        long left = earlier.content().visible().stream()
                .filter(client -> !later.content().visible().contains(client))
                .count();
        double newGhosts =
                later.content().ghosts().most() - earlier.content().ghosts().least();
        double leftAlive = Double.isNaN(newGhosts) ? 0 : left - newGhosts;
        return Math.max(0, Math.max(fell, leftAlive));
    }

    /** Connections taken a second, where the bounds agree; NaN where it cannot be told. */
    double perSecond() {
        boolean agree = taken.most() - taken.least() <= TOLERANCE * taken.most();
        return agree ? taken.most() / seconds : Double.NaN;
    }
}
