package io.acceptor.bench.serve;

import io.acceptor.bench.flood.Flood;
import io.acceptor.bench.flood.FloodPlan;
import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.flood.FloodResult;
import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.victims.GreetedBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A server in a JVM of its own with a flood of probes at it, for benchmarks. Floods are started and ended with
 * {@link #startFlood} and {@link #endFlood}; clients may be greeted by many threads at once, the rest is for one thread.
 */
public final class ServerUnderFlood implements AutoCloseable {
    /** As fast as the generator can. */
    public static final int MAX_RATE = -1;

    private static final int AT_ONCE = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int BACKLOG = 4_096;

    private final ChildServer child;
    private final byte[] greeting;
    private final SourceAddresses sources = new SourceAddresses();
    private @Nullable FutureTask<FloodResult> flood;
    private @Nullable ServerReading before;

    private ServerUnderFlood(ChildServer child, byte[] greeting) {
        this.child = child;
        this.greeting = greeting;
    }

    /**
     * What came of a flood.
     *
     * @param probes how many were sent
     * @param keptItsRate whether that is what was asked for
     * @param serverMicros CPU time of the server meanwhile, user and system; NaN if unknown
     * @param serverAccepted connections that it accepted meanwhile, probes and clients; 0 if it cannot tell
     */
    public record FloodEnd(long probes, boolean keptItsRate, double serverMicros, long serverAccepted) {}

    /**
     * Starts a server.
     *
     * @param server its name
     * @param greetingBytes how long its greeting is
     * @return listening
     * @throws IOException if it does not start
     */
    public static ServerUnderFlood start(String server, int greetingBytes) throws IOException {
        String greeting = "x".repeat(greetingBytes);
        List<String> options = List.of("--backlog=" + BACKLOG, "--greeting=" + greeting);
        return new ServerUnderFlood(
                ChildServer.start(server, options, List.of()), greeting.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Starts a flood.
     *
     * @param perSecond its rate; 0 for none, {@link #MAX_RATE} for as fast as can be
     * @param length how long it takes
     * @throws IOException if the server gives no reading
     */
    public void startFlood(int perSecond, Duration length) throws IOException {
        before = child.reading();
        if (perSecond != 0) {
            Load load = perSecond == MAX_RATE ? Load.closed(AT_ONCE) : Load.open(perSecond);
            FloodPlan plan = FloodPlan.ofProbes(load, length, TIMEOUT);
            flood = new FutureTask<>(
                    () -> Flood.ofProbes(child.address(), sources, plan).run());
            new Thread(flood, "flood").start();
        }
    }

    /**
     * Waits for the flood's end.
     *
     * @return what came of it
     * @throws IOException if the server gives no reading
     */
    public FloodEnd endFlood() throws IOException {
        FloodResult result = flood == null ? null : join(flood);
        flood = null;
        ServerReading after = child.reading();
        double micros = minus(
                after.process().cpuMicros(),
                before == null ? null : before.process().cpuMicros());
        double accepted = minus(
                after.counts().accepted(),
                before == null ? null : before.counts().accepted());
        return new FloodEnd(
                result == null ? 0 : result.sent(),
                result == null || result.valid(),
                micros,
                Double.isNaN(accepted) ? 0 : (long) accepted);
    }

    private static double minus(@Nullable Long after, @Nullable Long before) {
        return after == null || before == null ? Double.NaN : after - before;
    }

    private static FloodResult join(FutureTask<FloodResult> flood) throws IOException {
        try {
            return flood.get();
        } catch (ExecutionException e) {
            throw new IOException("the flood failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while flooding", e);
        }
    }

    /**
     * Connects clients, all before the first is read from, and reads their greetings.
     *
     * @param count how many
     * @return how many got the whole greeting
     */
    public int greet(int count) {
        GreetedBatch batch = new GreetedBatch(child.address(), greeting, TIMEOUT);
        return batch.run(sources, count);
    }

    @Override
    public void close() {
        child.close();
    }
}
