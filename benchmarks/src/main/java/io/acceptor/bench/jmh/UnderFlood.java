package io.acceptor.bench.jmh;

import io.acceptor.bench.serve.ServerUnderFlood;
import io.acceptor.bench.serve.ServerUnderFlood.FloodEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;

/** A server in a child process, with a flood at it during each iteration. An iteration whose flood missed its rate says so. */
@State(Scope.Benchmark)
public class UnderFlood {
    private static final String MAX = "max";

    /** Which server. */
    @Param({"core", "netty-epoll", "plain-netty-epoll", "loop-pool", "c-epoll"})
    public String server = "";

    /** Probes a second; max is as many as there can be. */
    @Param({"0", "10000", "50000", MAX})
    public String floodRate = "";

    /** Length of the greeting. */
    @Param("12")
    public int greetingBytes;

    private ServerUnderFlood running;
    private @Nullable FloodEnd ended;

    /** Made by JMH. */
    @SuppressWarnings("NullAway.Init")
    public UnderFlood() {}

    /**
     * Starts the server.
     *
     * @throws IOException if it does not start
     */
    @Setup(Level.Trial)
    public void start() throws IOException {
        running = ServerUnderFlood.start(server, greetingBytes);
    }

    /**
     * Starts the flood.
     *
     * @param iteration how long it must last
     * @throws IOException if the server is lost
     */
    @Setup(Level.Iteration)
    public void flood(IterationParams iteration) throws IOException {
        ended = null;
        int rate = floodRate.equals(MAX) ? ServerUnderFlood.MAX_RATE : Integer.parseInt(floodRate);
        running.startFlood(rate, Duration.ofMillis(iteration.getTime().convertTo(TimeUnit.MILLISECONDS)));
    }

    /**
     * Waits for its end and tells what it was.
     *
     * @throws IOException if the server is lost
     */
    @TearDown(Level.Iteration)
    public void tell() throws IOException {
        FloodEnd end = end();
        System.out.printf(
                "[%,d probes%s; server CPU %.1f us for each of %,d accepted] ",
                end.probes(),
                end.keptItsRate() ? "" : ", THE FLOOD MISSED ITS RATE",
                end.serverMicros() / Math.max(1, end.serverAccepted()),
                end.serverAccepted());
    }

    /** Waits for the end of this iteration's flood; once it has ended, says so again. */
    synchronized FloodEnd end() throws IOException {
        if (ended == null) {
            ended = running.endFlood();
        }
        return ended;
    }

    /** Stops the server. */
    @TearDown(Level.Trial)
    public void stop() {
        running.close();
    }

    int greet(int clients) {
        return running.greet(clients);
    }
}
