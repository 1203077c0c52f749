package io.acceptor.bench.peers;

import io.acceptor.Greeting;
import io.acceptor.netty.NettyAcceptor;
import io.acceptor.netty.NettyTransport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code netty-nio}, {@code netty-epoll}, {@code netty-iouring}: our {@link NettyAcceptor}, every setting at its default, meters
 * on; {@code --workers} is the number of loops that accept and serve.
 */
final class OurNettyServer implements ServerUnderTest {
    private final NettyAcceptor acceptor;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    private OurNettyServer(NettyAcceptor acceptor) {
        this.acceptor = acceptor;
        acceptor.metrics().bindTo(meters);
    }

    static Factory on(NettyTransport transport) {
        return config -> start(transport, config);
    }

    static Optional<String> obstacle(NettyTransport transport) {
        return transport.isAvailable()
                ? Optional.empty()
                : Optional.of("needs " + transport + ", which is not to be had");
    }

    private static ServerUnderTest start(NettyTransport transport, ServerConfig config) throws IOException {
        NettyAcceptor.Builder builder = NettyAcceptor.builder()
                .transport(transport)
                .backlog(config.backlog())
                .greeting(Greeting.of(config.greeting(), StandardCharsets.UTF_8))
                .childHandler(new ReadToEnd());
        config.workers().ifPresent(builder::acceptors);
        return new OurNettyServer(builder.start(config.address()));
    }

    /** Listens until the client is done. */
    @Sharable
    private static final class ReadToEnd extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
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
    }
}
