package io.acceptor;

import java.util.concurrent.TimeUnit;

/**
 * What the last newcomers turned out to be. While nearly all of them are probes the loop may take its time; a client in a hurry
 * comes among others of its kind. Times are those of the accept, on {@link System#nanoTime()}. Confined to its loop.
 */
final class Newcomers {
    private static final int REMEMBERED = Long.SIZE;
    /** A probe that still lived when it was greeted is remembered twice: as a client, and as a probe when it has left. */
    private static final int CROWD = 24;

    private static final int STORM = 56;
    /** Less than a thousand a second are no crowd. */
    private static final long CROWD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** 64 in 4 ms are 16,000 a second. At 10,000 a rest saves nothing, at 30,000 a fifth (docs/adr/0009). */
    private static final long STORM_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final long[] times = new long[REMEMBERED];
    private int oldest;
    private long probes; // a bit for each, 1 for a probe

    /** One was reset, or left before it had said anything. */
    void probe(long acceptedNanos) {
        remember(1, acceptedNanos);
    }

    /** One spoke, stays for now, or was refused alive. */
    void client(long acceptedNanos) {
        remember(0, acceptedNanos);
    }

    private void remember(int bit, long acceptedNanos) {
        probes = probes << 1 | bit;
        times[oldest] = acceptedNanos;
        oldest = (oldest + 1) % REMEMBERED;
    }

    /** Whether the next one may well be a probe that dies within a moment. */
    boolean areCrowd(long now) {
        long last = times[(oldest + REMEMBERED - 1) % REMEMBERED];
        return Long.bitCount(probes) >= CROWD && now - last < CROWD_NANOS;
    }

    /** Whether hardly anybody but probes comes, and so fast that several can share a turn of the loop. */
    boolean areStorm(long now) {
        return Long.bitCount(probes) >= STORM && now - times[oldest] < STORM_NANOS;
    }
}
