package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Greeting;
import io.acceptor.it.ExhaustedServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * An echo server that answers questions as {@link ExhaustedServer} does. Its arguments are the transport, and whether it is an
 * "acceptor" or a "guard" on a bootstrap with a boss and two workers; "single-shot" is an acceptor that asks io_uring for one
 * connection at a time; "room" after that has silent clients make room.
 */
final class ExhaustedNettyServer {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Greeting GREETING = Greeting.of(ExhaustedServer.GREETING, US_ASCII);

    private ExhaustedNettyServer() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments[1].equals("single-shot")) {
            System.setProperty("io.netty.iouring.acceptMultiShotEnabled", "false");
        }
        NettyTransport transport = NettyTransport.valueOf(arguments[0]);
        if (arguments[1].equals("guard")) {
            guard(transport, List.of(arguments).contains("room"));
        } else {
            acceptor(transport);
        }
    }

    private static void acceptor(NettyTransport transport) throws IOException {
        NettyAcceptor acceptor = NettyAcceptor.builder()
                .name("exhausted")
                .transport(transport)
                .greeting(GREETING)
                .silentMakeRoom(false)
                .childHandler(new Echo())
                .start(ANY_PORT);
        ExhaustedServer.serve(acceptor::close, acceptor.localAddress().getPort(), acceptor::health, acceptor::stats);
    }

    private static void guard(NettyTransport transport, boolean room) throws IOException {
        EventLoopGroup boss = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
        EventLoopGroup workers = new MultiThreadIoEventLoopGroup(2, transport.ioHandlers());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(boss, workers)
                .channel(transport.serverChannel())
                .childHandler(new Echo());
        AcceptGuard guard =
                AcceptGuard.builder().greeting(GREETING).silentMakeRoom(room).install(bootstrap);
        Channel server = bootstrap.bind(ANY_PORT).syncUninterruptibly().channel();
        ExhaustedServer.serve(
                () -> {
                    guard.close();
                    boss.shutdownGracefully();
                    workers.shutdownGracefully();
                },
                ((InetSocketAddress) server.localAddress()).getPort(),
                guard::health,
                guard::stats);
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }
}
