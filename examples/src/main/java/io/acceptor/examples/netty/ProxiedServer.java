package io.acceptor.examples.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Greeting;
import io.acceptor.netty.NettyAcceptor;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A server behind a balancer that says by the PROXY protocol, in front of the client's own bytes, who the client is
 * (HAProxy: {@code send-proxy-v2}). Written for it from the start, so on a {@code NettyAcceptor}.
 */
final class ProxiedServer implements LineServer {
    private static final int LONGEST_LINE = 1024;
    /** The decoder itself would wait for the rest of a header for ever. */
    private static final int HEADER_SECONDS = 5;

    private static final AttributeKey<String> CLIENT = AttributeKey.valueOf(ProxiedServer.class, "client");

    private final NettyAcceptor acceptor;

    ProxiedServer(InetSocketAddress address) throws IOException {
        acceptor = NettyAcceptor.builder()
                .greeting(Greeting.of("220 ready\r\n", US_ASCII))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline()
                                .addLast("timeout", new ReadTimeoutHandler(HEADER_SECONDS))
                                .addLast(new HAProxyMessageDecoder(), new Header())
                                .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
                                .addLast(new StringDecoder(US_ASCII), new StringEncoder(US_ASCII))
                                .addLast(new Conversation());
                    }
                })
                .start(address);
    }

    /** Remembers who the client is: {@code channel.remoteAddress()} goes on saying who the balancer is. */
    private static final class Header extends SimpleChannelInboundHandler<HAProxyMessage> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
            context.channel().attr(CLIENT).set(header.sourceAddress() + ":" + header.sourcePort());
            context.pipeline().remove("timeout");
            context.pipeline().remove(this);
        }
    }

    private static final class Conversation extends SimpleChannelInboundHandler<String> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, String line) {
            context.writeAndFlush("you are /" + context.channel().attr(CLIENT).get() + "\r\n");
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
