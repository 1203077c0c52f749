package io.acceptor.bench.flood;

import io.acceptor.bench.flood.Behaviour.Times;
import io.acceptor.bench.measure.Schedule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a flood is. It ends after so many visitors or so much time, whichever comes first.
 *
 * @param mix who comes
 * @param load how many
 * @param bounds when it ends
 * @param times what the visitors' scripts depend on
 * @param seed of the mix's draw
 */
public record FloodPlan(Mix mix, Load load, Bounds bounds, Times times, long seed) {
    private static final double MILLIS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);
    private static final Duration HOLD = Duration.ofSeconds(5);

    /**
     * How many come.
     *
     * @param perSecond an open loop of that rate; 0 for a closed loop
     * @param atOnce of a closed loop
     */
    public record Load(double perSecond, int atOnce) {
        public static Load open(double perSecond) {
            return new Load(perSecond, 0);
        }

        public static Load closed(int atOnce) {
            return new Load(0, atOnce);
        }

        boolean isOpen() {
            return perSecond > 0;
        }
    }

    /**
     * When it ends.
     *
     * @param length after so long
     * @param most or after so many visitors
     */
    public record Bounds(Duration length, long most) {
        public static Bounds of(Duration length) {
            return new Bounds(length, Long.MAX_VALUE);
        }
    }

    /** Connect-and-reset probes and nothing else. */
    public static FloodPlan ofProbes(Load load, Duration length, Duration timeout) {
        Times times = new Times(Duration.ZERO, HOLD, timeout, 1);
        return new FloodPlan(Mix.of(Behaviour.RESET), load, Bounds.of(length), times, 0);
    }

    /** The same for a server with another greeting. */
    FloodPlan waitingFor(int bytes) {
        return new FloodPlan(mix, load, bounds, times.withGreeting(bytes), seed);
    }

    /** How long it takes if all goes well: less than its length where the number of visitors is what ends it. */
    Duration expectedLength() {
        double seconds = load.isOpen() ? bounds.most() / load.perSecond() : Double.POSITIVE_INFINITY;
        return seconds < bounds.length().toSeconds()
                ? Duration.ofMillis((long) (seconds * MILLIS_PER_SECOND) + 1)
                : bounds.length();
    }

    /** Whether any of its visitors waits for the greeting. */
    boolean needsGreeting() {
        return mix.weights().containsKey(Behaviour.RESET_GREETED)
                || mix.weights().containsKey(Behaviour.SESSION);
    }

    /** The moments of an open loop. */
    Schedule schedule() {
        Schedule whole = Schedule.startingNow(load.perSecond(), bounds.length());
        return new Schedule(whole.startNanos(), whole.perSecond(), Math.min(bounds.most(), whole.count()));
    }
}
