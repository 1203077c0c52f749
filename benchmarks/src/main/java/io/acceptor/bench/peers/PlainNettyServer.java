package io.acceptor.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * {@code plain-netty-nio}, {@code -epoll}, {@code -iouring}: a {@link ServerBootstrap} as Netty's user guide builds it. One boss
 * loop, the default number of worker loops (or {@code --workers}), TCP_NODELAY, SO_KEEPALIVE, the greeting written in
 * channelActive, an exception closes the channel without a word in the log.
 */
final class PlainNettyServer implements ServerUnderTest {
    private static final int BOSS_LOOPS = 1;
    private static final int NETTYS_DEFAULT = 0;
    private static final long STOP_LIMIT_SECONDS = 5;

    private final EventLoopGroup boss;
    private final EventLoopGroup workers;
    private final ByteBuf greeting;
    private final Books books = new Books();
    private final Channel listener;

    private PlainNettyServer(PlainTransport transport, ServerConfig config) throws IOException {
        boss = new MultiThreadIoEventLoopGroup(
                BOSS_LOOPS, transport.ioHandlers().get());
        workers = new MultiThreadIoEventLoopGroup(
                config.workers().orElse(NETTYS_DEFAULT), transport.ioHandlers().get());
        greeting = Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(config.greetingBytes()))
                .asReadOnly();
        listener = bind(transport, config);
    }

    static Factory on(PlainTransport transport) {
        return config -> new PlainNettyServer(transport, config);
    }

    private Channel bind(PlainTransport transport, ServerConfig config) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(boss, workers)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new Pipeline());
        var bound = bootstrap.bind(config.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw asIoException(bound.cause());
        }
        return bound.channel();
    }

    private static IOException asIoException(Throwable cause) {
        return cause instanceof IOException io ? io : new IOException(cause);
    }

    /** Builds the pipeline of each client. */
    private final class Pipeline extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel client) {
            books.accepted();
            client.closeFuture().addListener(closed -> books.ended());
            client.pipeline().addLast(new Session());
        }
    }

    /** Greets, then reads until the client is done. What fails closes the channel, and there is nobody else to tell. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private final class Session extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(greeting.duplicate());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public ServerCounts counts() {
        return books.counts();
    }

    @Override
    public void close() {
        boss.shutdownGracefully(0, STOP_LIMIT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        workers.shutdownGracefully(0, STOP_LIMIT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
