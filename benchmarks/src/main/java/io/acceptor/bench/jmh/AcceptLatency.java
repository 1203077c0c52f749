package io.acceptor.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** How long is it from a client's connect to the last byte of its greeting, with and without a flood of probes? */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class AcceptLatency {

    /** Made by JMH. */
    public AcceptLatency() {}

    /**
     * One client.
     *
     * @param flood the server and its flood
     * @return 1 if it was greeted
     */
    @Benchmark
    public int greeting(UnderFlood flood) {
        return flood.greet(1);
    }
}
