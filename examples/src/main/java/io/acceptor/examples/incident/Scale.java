package io.acceptor.examples.incident;

import java.time.Duration;

/**
 * How long everything takes.
 *
 * @param probeEvery pause between the probes of act 2
 * @param wedgeWithin how long the black box is probed at most until it gives in
 * @param delayedProbes how many probes wait before their reset
 * @param patience how long a client waits for its greeting in act 2, and for its connection
 * @param flood how long each of our servers is probed in act 3
 * @param floodThreads how many threads probe as fast as they can
 */
record Scale(
        Duration probeEvery,
        Duration wedgeWithin,
        int delayedProbes,
        Duration patience,
        Duration flood,
        int floodThreads) {

    /** The report's {@code tcpping -i 0.1}, and floods long enough to mean something. */
    static final Scale FULL = new Scale(
            Duration.ofMillis(100), Duration.ofSeconds(40), 30, Duration.ofSeconds(2), Duration.ofSeconds(7), 1);

    /** The same in a quarter of the time, for a test. */
    static final Scale SHORT = new Scale(
            Duration.ofMillis(20), Duration.ofSeconds(20), 10, Duration.ofSeconds(1), Duration.ofSeconds(1), 1);
}
