package io.acceptor.examples.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Greeting;
import io.acceptor.netty.AcceptGuard;
import io.acceptor.netty.NettyAcceptor;
import io.acceptor.netty.ProxyProtocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A server behind a balancer that says by the PROXY protocol, in front of the client's own bytes, who the client is
 * (HAProxy: {@code send-proxy-v2}). Written for it from the start, so on a {@code NettyAcceptor}.
 */
final class ProxiedServer implements LineServer {
    private static final int LONGEST_LINE = 1024;

    private final NettyAcceptor acceptor;

    ProxiedServer(InetSocketAddress address) throws IOException {
        acceptor = NettyAcceptor.builder()
                .proxyProtocol(ProxyProtocol.requiredFrom("127.0.0.1"))
                .greeting(Greeting.of("220 ready\r\n", US_ASCII))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline()
                                .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
                                .addLast(new StringDecoder(US_ASCII), new StringEncoder(US_ASCII))
                                .addLast(new Conversation());
                    }
                })
                .start(address);
    }

    private static final class Conversation extends SimpleChannelInboundHandler<String> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, String line) {
            InetSocketAddress client =
                    AcceptGuard.peer(context.channel()).orElseThrow().remoteAddress();
            context.writeAndFlush("you are " + client + "\r\n");
        }
    }

    @Override
    public InetSocketAddress address() {
        return acceptor.localAddress();
    }

    @Override
    public void close() {
        acceptor.close();
    }
}
