package io.acceptor.bench.jmh;

import io.acceptor.bench.serve.ServerUnderFlood.FloodEnd;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many clients a second does a server greet, with and without a flood of probes? The score is batches of
 * {@code connections} clients; the counter {@code greeted} is clients. Each iteration says what the flood and the server's CPU
 * were, and whether the flood kept its rate.
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

    /** What became of them, a second; and of the server, whose CPU for each connection is {@code serverMicros / serverAccepted}. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Clients {
        /** Got the whole greeting. */
        public long greeted;

        /** Did not. */
        public long failed;

        /** That the flood has sent. */
        public long probes;

        /** Connections that the server has accepted, clients and probes. */
        public long serverAccepted;

        /** CPU time that it has used, user and system, in microseconds. */
        public long serverMicros;

        /** Made by JMH. */
        public Clients() {}

        /**
         * Counts what the iteration was.
         *
         * @param flood the server and its flood
         * @throws IOException if the server is lost
         */
        @TearDown(Level.Iteration)
        public void collect(UnderFlood flood) throws IOException {
            FloodEnd end = flood.end();
            probes += end.probes();
            serverAccepted += end.serverAccepted();
            serverMicros += Math.round(end.serverMicros());
        }
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
