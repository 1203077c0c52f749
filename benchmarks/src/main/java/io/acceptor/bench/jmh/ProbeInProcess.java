package io.acceptor.bench.jmh;

import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.bench.flood.Prober;
import io.acceptor.bench.peers.ServerConfig;
import io.acceptor.bench.peers.ServerUnderTest;
import io.acceptor.bench.peers.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
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
 * What does a probe allocate in a server? Server and generator share this JVM, so with {@code -prof gc} the figure
 * {@code gc.alloc.rate.norm} is that of both; against {@code c-epoll}, which is another process, it is the generator's alone. What the
 * JDK's accept allocates is {@code jdk}, what Netty's does is in {@code plain-netty-*}: what is ours is the difference. The time is that
 * of a probe that does not wait for the server.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ProbeInProcess {
    private static final String GREETING = "hello\r\n";
    private static final String JDK = "jdk";
    private static final String CORE_WITHOUT_METERS = "core-without-meters";
    private static final int BACKLOG = 4_096;

    /** Whom the probe visits: those that {@code serve} knows, and two more. */
    @Param({
        "c-epoll",
        JDK,
        "core",
        CORE_WITHOUT_METERS,
        "plain-netty-nio",
        "netty-nio",
        "plain-netty-epoll",
        "netty-epoll"
    })
    public String server = "";

    private AutoCloseable running;
    private Prober prober;

    /** Made by JMH. */
    @SuppressWarnings("NullAway.Init")
    public ProbeInProcess() {}

    /**
     * Starts the server.
     *
     * @throws IOException if it cannot listen
     */
    @Setup
    public void start() throws IOException {
        prober = new Prober(
                switch (server) {
                    case JDK -> startJdk();
                    case CORE_WITHOUT_METERS -> startCore();
                    default -> startServer();
                });
    }

    private InetSocketAddress startJdk() throws IOException {
        JdkAccept started = JdkAccept.start(BACKLOG, GREETING);
        running = started;
        return started.address();
    }

    private InetSocketAddress startCore() throws IOException {
        Acceptor started = Acceptor.builder()
                .backlog(BACKLOG)
                .greeting(Greeting.of(GREETING, StandardCharsets.US_ASCII))
                .handler(connection -> {})
                .start(anyPort());
        running = started;
        return started.localAddress();
    }

    private InetSocketAddress startServer() throws IOException {
        ServerUnderTest started =
                Servers.start(server, new ServerConfig(anyPort(), BACKLOG, GREETING, OptionalInt.empty()));
        running = started;
        return started.address();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /**
     * Stops it.
     *
     * @throws Exception if it cannot be stopped
     */
    @TearDown
    public void stop() throws Exception {
        prober.close();
        running.close();
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
