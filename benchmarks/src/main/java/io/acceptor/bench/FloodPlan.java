package io.acceptor.bench;

import io.acceptor.bench.Behaviour.Times;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a flood is. It ends after so many visitors or so much time, whichever comes first.
 *
 * @param mix who comes
 * @param load how many
 * @param length for how long
 * @param most how many in all
 * @param times what the visitors' scripts depend on
 * @param greetingLength what those wait for who wait for the greeting, in bytes
 * @param seed of the mix's draw
 */
record FloodPlan(Mix mix, Load load, Duration length, long most, Times times, int greetingLength, long seed) {
    private static final double MILLIS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);
    private static final Duration HOLD = Duration.ofSeconds(5);

    /**
     * How many come.
     *
     * @param perSecond an open loop of that rate; 0 for a closed loop
     * @param atOnce of a closed loop
     */
    record Load(double perSecond, int atOnce) {
        static Load open(double perSecond) {
            return new Load(perSecond, 0);
        }

        static Load closed(int atOnce) {
            return new Load(0, atOnce);
        }

        boolean isOpen() {
            return perSecond > 0;
        }
    }

    /** Connect-and-reset probes and nothing else. */
    static FloodPlan ofProbes(Load load, Duration length, Duration timeout) {
        Times times = new Times(Duration.ZERO, HOLD, timeout);
        return new FloodPlan(Mix.of(Behaviour.RESET), load, length, Long.MAX_VALUE, times, 1, 0);
    }

    /** The same for a server with another greeting. */
    FloodPlan waitingFor(int bytes) {
        return new FloodPlan(mix, load, length, most, times, bytes, seed);
    }

    /** How long it takes if all goes well: less than {@link #length} where the number of visitors is what ends it. */
    Duration expectedLength() {
        double seconds = load.isOpen() ? most / load.perSecond() : length.toSeconds();
        return seconds < length.toSeconds() ? Duration.ofMillis((long) (seconds * MILLIS_PER_SECOND) + 1) : length;
    }

    /** Whether any of its visitors waits for the greeting. */
    boolean needsGreeting() {
        return mix.weights().containsKey(Behaviour.RESET_GREETED)
                || mix.weights().containsKey(Behaviour.SESSION);
    }

    /** The moments of an open loop. */
    Schedule schedule() {
        Schedule whole = Schedule.startingNow(load.perSecond(), length);
        return new Schedule(whole.startNanos(), whole.perSecond(), Math.min(most, whole.count()));
    }
}
