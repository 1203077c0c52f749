package io.acceptor.bench.cost;

import io.acceptor.bench.peers.ServerCounts;
import io.acceptor.bench.serve.ChildServer;
import io.acceptor.bench.serve.ServerReading;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measures what phases cost a server, idle CPU subtracted.
 *
 * <p>A phase's cost is taken from rest to rest: the server has ended all its connections, so that none is paid for in the
 * next phase. The few readings in between are in it, some 100 us each.
 */
public final class CostMeter {
    private static final Duration SETTLE = Duration.ofMillis(100);
    private static final Duration REST_LIMIT = Duration.ofSeconds(3);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ChildServer server;
    private double leastIdleMicrosPerSecond = Double.POSITIVE_INFINITY;

    public CostMeter(ChildServer server) {
        this.server = server;
    }

    /** A phase that was measured. */
    public record Measured<T>(T result, Cost cost) {}

    /**
     * Watches the server do nothing. From now on that is subtracted, or what an earlier look gave if it was less: a
     * compilation or collection that fell into this one is no steady cost.
     */
    public double measureIdle(Duration length) throws IOException {
        awaitRest(0, server.reading());
        long start = System.nanoTime();
        ServerReading before = server.reading();
        pause(length);
        ServerReading after = server.reading();
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double micros = cpuBetween(before, after) / seconds;
        leastIdleMicrosPerSecond = Math.min(leastIdleMicrosPerSecond, micros);
        return micros;
    }

    /**
     * Measures one phase; {@link #measureIdle} must have been called before.
     *
     * @param phase runs it
     * @param sent how many connections it has made
     */
    public <T> Measured<T> measure(Supplier<T> phase, ToLongFunction<T> sent) throws IOException {
        ServerReading before = server.reading();
        long start = System.nanoTime();
        T result = phase.get();
        ServerReading after = awaitRest(sent.applyAsLong(result), before);
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double micros = cpuBetween(before, after) - leastIdleMicrosPerSecond * seconds;
        Long seen = acceptedBetween(before, after);
        long connections = seen == null ? sent.applyAsLong(result) : seen;
        return new Measured<>(result, new Cost(micros, connections, idle(after)));
    }

    /** The first reading in which all those sent have come and gone, or in which nothing moves any more. */
    private ServerReading awaitRest(long sent, ServerReading before) throws IOException {
        long deadline = System.nanoTime() + REST_LIMIT.toNanos();
        ServerReading last = before;
        while (true) {
            pause(SETTLE);
            ServerReading now = server.reading();
            Long seen = acceptedBetween(before, now);
            boolean complete = seen == null || seen >= sent || Objects.equals(acceptedBetween(last, now), 0L);
            if ((idle(now) && complete) || System.nanoTime() >= deadline) {
                return now;
            }
            last = now;
        }
    }

    private static boolean idle(ServerReading reading) {
        Long active = reading.counts().active();
        return active == null || active == 0;
    }

    private static @Nullable Long acceptedBetween(ServerReading before, ServerReading after) {
        ServerCounts then = before.counts();
        ServerCounts now = after.counts();
        return then.accepted() == null || now.accepted() == null ? null : now.accepted() - then.accepted();
    }

    private static double cpuBetween(ServerReading before, ServerReading after) {
        Long then = before.process().cpuMicros();
        Long now = after.process().cpuMicros();
        return then == null || now == null ? Double.NaN : now - then;
    }

    private static void pause(Duration length) {
        try {
            TimeUnit.NANOSECONDS.sleep(length.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
