package io.acceptor.bench;

/**
 * One moment of a run, with what came since the sample before.
 *
 * @param seconds since the start
 * @param visitors how many the flood has ended so far
 * @param greeted victims greeted since the sample before
 * @param failed victims since then that were not
 * @param p99Millis their latency; NaN if none was greeted
 * @param maxMillis the same
 * @param queueDepth of the server's accept queue now; NaN if it cannot be read from here
 */
record Sample(
        double seconds,
        long visitors,
        long greeted,
        long failed,
        double p99Millis,
        double maxMillis,
        double queueDepth) {}
