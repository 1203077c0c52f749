package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Greeting;
import io.acceptor.it.ExhaustedServer;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An echo server on the transport that is its argument, which answers questions as {@link ExhaustedServer} does. */
final class ExhaustedNettyServer {
    private ExhaustedNettyServer() {}

    public static void main(String[] arguments) throws IOException {
        NettyAcceptor acceptor = NettyAcceptor.builder()
                .name("exhausted")
                .transport(NettyTransport.valueOf(arguments[0]))
                .greeting(Greeting.of(ExhaustedServer.GREETING, US_ASCII))
                .childHandler(new Echo())
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ExhaustedServer.serve(acceptor::close, acceptor.localAddress().getPort(), acceptor::health, acceptor::stats);
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }
}
