package io.acceptor.bench.flood;

import io.acceptor.bench.measure.Vitals;

/**
 * One moment of a run.
 *
 * @param seconds since the start
 * @param visitors how many the flood has ended so far
 * @param victims what became of them since the sample before
 * @param vitals of the server now
 */
public record Sample(double seconds, long visitors, Waits victims, Vitals vitals) {
    /**
     * Victims that have ended.
     *
     * @param greeted in full
     * @param failed not so
     * @param p99Millis latency of those greeted; NaN if there were none
     * @param maxMillis the same
     */
    public record Waits(long greeted, long failed, double p99Millis, double maxMillis) {}
}
