package io.acceptor.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many clients a second does a server greet, with and without a flood of probes? The score is batches of
 * {@code connections} clients; the counter {@code greeted} is clients. Each iteration says what the flood and the server's CPU were.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class GreetingThroughput {

    /** Made by JMH. */
    public GreetingThroughput() {}

    /** How many clients are there at once. */
    @State(Scope.Benchmark)
    public static class Batch {
        /** Clients in a batch. */
        @Param({"1", "16"})
        public int connections;

        /** Made by JMH. */
        public Batch() {}
    }

    /** What became of them. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Clients {
        /** Got the whole greeting. */
        public long greeted;

        /** Did not. */
        public long failed;

        /** Made by JMH. */
        public Clients() {}
    }

    /**
     * One batch.
     *
     * @param flood the server and its flood
     * @param batch how many clients
     * @param clients counts them
     */
    @Benchmark
    public void batch(UnderFlood flood, Batch batch, Clients clients) {
        int greeted = flood.greet(batch.connections);
        clients.greeted += greeted;
        clients.failed += batch.connections - greeted;
    }
}
