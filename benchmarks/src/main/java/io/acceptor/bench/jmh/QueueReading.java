package io.acceptor.bench.jmh;

import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueReading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to read a listener's accept queue anew, by the housekeeper's sample, or from memory; by {@code sock_diag} and from
 * {@code /proc}? The source is chosen once in a JVM, so each needs a fork of its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class QueueReading {
    private static final int BACKLOG = 128;
    private static final String PROC = "proc";

    /** Where readings come from, as {@link AcceptQueue#source()} has it. */
    @Param({"sock_diag", "proc"})
    public String source = "";

    private ServerSocket listener;
    private AcceptQueue queue;

    /** Made by JMH. */
    @SuppressWarnings("NullAway.Init")
    public QueueReading() {}

    /**
     * Opens a listener.
     *
     * @throws IOException if it cannot, or if the source is not to be had
     */
    @Setup
    public void listen() throws IOException {
        if (source.equals(PROC)) {
            System.setProperty("io.acceptor.queue.source", PROC);
        }
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        queue = AcceptQueue.of((InetSocketAddress) listener.getLocalSocketAddress(), BACKLOG, 1);
        if (!source.equals(queue.source())) {
            listener.close();
            throw new IOException("the source of readings is " + queue.source() + ", not " + source);
        }
    }

    /**
     * Closes it.
     *
     * @throws IOException if it cannot
     */
    @TearDown
    public void close() throws IOException {
        listener.close();
    }

    /**
     * Asks the kernel.
     *
     * @return what it says
     */
    @Benchmark
    public AcceptQueueReading anew() {
        return queue.reading();
    }

    /**
     * As the housekeeper does.
     *
     * @return what it has found
     */
    @Benchmark
    public AcceptQueueReading sampled() {
        AcceptQueue.sample(List.of(queue));
        return queue.last();
    }

    /**
     * What the last look has found.
     *
     * @return from memory
     */
    @Benchmark
    public AcceptQueueReading last() {
        return queue.last();
    }
}
