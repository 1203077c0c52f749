package io.acceptor.bench.jmh;

import io.acceptor.Acceptor;
import io.acceptor.Admission;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Greeting;
import io.acceptor.bench.Prober;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
 * What does a probe allocate in our acceptor, with meters on and off, with and without an admission policy? Server and
 * generator share this JVM, and the generator allocates nothing, so with {@code -prof gc} the figure {@code gc.alloc.rate.norm}
 * is the acceptor's; the time is that of both.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ProbeInProcess {
    /** Whether the meters are bound. */
    @Param({"true", "false"})
    public boolean metrics;

    /** How many policies decide on each connection. */
    @Param({"0", "3"})
    public int policies;

    private Acceptor acceptor;
    private Prober prober;

    /** Made by JMH. */
    @SuppressWarnings("NullAway.Init")
    public ProbeInProcess() {}

    /**
     * Starts the acceptor.
     *
     * @throws IOException if it cannot listen
     */
    @Setup
    public void start() throws IOException {
        Acceptor.Builder builder = Acceptor.builder()
                .greeting(Greeting.of("hello\r\n", StandardCharsets.US_ASCII))
                .handler(connection -> {});
        if (policies > 0) {
            AdmissionPolicy all = peer -> Admission.admit();
            for (int i = 1; i < policies; i++) {
                all = all.and(peer -> Admission.admit());
            }
            builder.admission(all);
        }
        acceptor = builder.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        if (metrics) {
            acceptor.metrics().bindTo(new SimpleMeterRegistry());
        }
        prober = new Prober(acceptor.localAddress());
    }

    /** Stops it. */
    @TearDown
    public void stop() {
        prober.close();
        acceptor.close();
    }

    /**
     * One probe.
     *
     * @return whether it was connected
     */
    @Benchmark
    public boolean probe() {
        return prober.probe();
    }
}
