package io.acceptor.bench.doctor;

/** Makes a {@link Verdict} of an {@link Observation}. */
final class Diagnosis {
    /** So long must nothing be taken for accepting to be called stalled: longer than a usual pause of a garbage collector. */
    static final double STALL_SECONDS = 2;

    /** Of a shorter observation, this share. */
    private static final double STALL_SHARE = 2.0 / 3;

    /** What is so for this share of the looks is no passing burst. */
    private static final double MOSTLY = 0.5;

    private Diagnosis() {}

    /** The first verdict that fits, from the causes to the symptoms. */
    static Verdict of(Observation seen) {
        if (!seen.listening()) {
            return Verdict.NOTHING_LISTENING;
        }
        if (!seen.reading().known() || !(seen.flow().seconds() > 0)) {
            return Verdict.CANNOT_TELL;
        }
        boolean stalled = stalled(seen.flow());
        if (stalled && seen.last().inspection().ghostsAtLeast() > 0) {
            return Verdict.STALLED_WITH_GHOSTS;
        }
        if (seen.last().inspection().full() || seen.shares().full() >= MOSTLY) {
            return Verdict.QUEUE_FULL;
        }
        if (stalled) {
            return Verdict.ACCEPT_STALLED;
        }
        return seen.shares().late() >= MOSTLY ? Verdict.SLOW_ACCEPT : bursts(seen);
    }

    private static boolean stalled(Flow flow) {
        return flow.idleSeconds() >= Math.min(STALL_SECONDS, STALL_SHARE * flow.seconds());
    }

    /** It is emptied well enough. Were there bursts that it had no room for, or nearly? */
    private static Verdict bursts(Observation seen) {
        double peak = seen.sinceStart().peak();
        double limit = seen.reading().limit();
        if (peak > limit / 2 && seen.atSomaxconn()) {
            return Verdict.BACKLOG_CAPPED;
        }
        return peak > limit ? Verdict.QUEUE_FULL : Verdict.HEALTHY;
    }
}
