package io.acceptor.bench.doctor;

/** Makes a {@link Verdict} of an {@link Observation}. */
final class Diagnosis {
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
        boolean stalled = seen.stalled();
        if (!stalled && !seen.stalledListeners().isEmpty()) {
            return Verdict.SOME_STALLED;
        }
        if (stalled && seen.last().inspection().ghostsAtLeast() > 0) {
            return Verdict.STALLED_WITH_GHOSTS;
        }
        if (seen.last().inspection().full() || seen.shares().full() >= MOSTLY) {
            return seen.partlyFull() ? Verdict.SOME_FULL : Verdict.QUEUE_FULL;
        }
        if (stalled) {
            return Verdict.ACCEPT_STALLED;
        }
        return seen.shares().late() >= MOSTLY ? Verdict.SLOW_ACCEPT : bursts(seen);
    }

    /** It is emptied well enough. Were there bursts that it had no room for, or nearly? */
    private static Verdict bursts(Observation seen) {
        double peak = seen.sinceStart().peak();
        double limit = seen.reading().limit();
        if (peak > limit / 2 && seen.atSomaxconn()) {
            return Verdict.BACKLOG_CAPPED;
        }
        if (peak > limit) {
            return Verdict.QUEUE_FULL;
        }
        return seen.sinceStart().taken() > 0 ? Verdict.HEALTHY : Verdict.NO_TRAFFIC_SEEN;
    }
}
