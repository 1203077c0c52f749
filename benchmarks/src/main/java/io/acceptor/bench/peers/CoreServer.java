package io.acceptor.bench.peers;

import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** {@code core}: our {@link Acceptor} on its NIO engine, every setting at its default, meters on. */
final class CoreServer implements ServerUnderTest {
    private static final String NAME = "core";

    private final Acceptor acceptor;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final @Nullable ExecutorService workers;

    private CoreServer(Acceptor acceptor, @Nullable ExecutorService workers) {
        this.acceptor = acceptor;
        this.workers = workers;
        acceptor.metrics().bindTo(meters);
    }

    static ServerUnderTest start(ServerConfig config) throws IOException {
        Acceptor.Builder builder = Acceptor.builder()
                .name(NAME)
                .backlog(config.backlog())
                .greeting(Greeting.of(config.greeting(), StandardCharsets.UTF_8))
                .handler(connection -> PooledLoop.readToEnd(connection.input()));
        ExecutorService workers = config.workers().isPresent() ? WorkerPool.of(NAME, config.workers()) : null;
        if (workers != null) {
            builder.executor(workers);
        }
        return new CoreServer(builder.start(config.address()), workers);
    }

    @Override
    public InetSocketAddress address() {
        return acceptor.localAddress();
    }

    @Override
    public ServerCounts counts() {
        return OurCounts.of(acceptor.stats());
    }

    @Override
    public void close() {
        acceptor.close();
        meters.close();
        if (workers != null) {
            workers.shutdownNow();
        }
    }
}
