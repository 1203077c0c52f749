package io.acceptor.bench.peers;

import io.acceptor.Greeting;
import io.acceptor.ResilientServerSocket;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * {@code server-socket}: the loop of {@code loop-pool} over our drop-in ServerSocket, which greets; meters on.
 *
 * <p>Its books are the drop-in's: the loop sees only the clients that spoke.
 */
final class ServerSocketServer implements ServerUnderTest {
    private static final String NAME = "server-socket";

    private final ResilientServerSocket listener;
    private final PooledLoop loop;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    private ServerSocketServer(ResilientServerSocket listener, PooledLoop loop) {
        this.listener = listener;
        this.loop = loop;
        listener.metrics().bindTo(meters);
    }

    static ServerUnderTest start(ServerConfig config) throws IOException {
        ResilientServerSocket listener = ResilientServerSocket.builder()
                .name(NAME)
                .backlog(config.backlog())
                .greeting(Greeting.of(config.greeting(), StandardCharsets.UTF_8))
                .bind(config.address());
        PooledLoop loop = PooledLoop.start(
                NAME,
                listener,
                WorkerPool.of(NAME, config.workers()),
                client -> PooledLoop.readToEnd(client.getInputStream()));
        return new ServerSocketServer(listener, loop);
    }

    @Override
    public InetSocketAddress address() {
        return loop.address();
    }

    @Override
    public ServerCounts counts() {
        return OurCounts.of(listener.stats());
    }

    @Override
    public void close() {
        loop.close();
        meters.close();
    }
}
