package io.acceptor.exhaustion;

import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.netty.NettyAcceptor;
import io.acceptor.netty.NettyTransport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The engine of acceptor-netty. */
public abstract class NettyExhaustion extends ExhaustionScenario {
    private final NettyTransport transport;

    private NettyExhaustion(NettyTransport transport) {
        this.transport = transport;
    }

    /** On epoll. */
    public static final class OnEpoll extends NettyExhaustion {
        /** For the sweep. */
        public OnEpoll() {
            super(NettyTransport.EPOLL);
        }
    }

    /** On the JDK's NIO. */
    public static final class OnNio extends NettyExhaustion {
        /** For the sweep. */
        public OnNio() {
            super(NettyTransport.NIO);
        }
    }

    @Override
    Running start() throws IOException {
        NettyAcceptor acceptor = NettyAcceptor.builder()
                .name("exhausted")
                .transport(transport)
                .greeting(Greeting.of(GREETING, StandardCharsets.US_ASCII))
                .childHandler(new Echo())
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new Running() {
            @Override
            public InetSocketAddress address() {
                return acceptor.localAddress();
            }

            @Override
            public String held() {
                AcceptorStats stats = acceptor.stats();
                return stats.active() == 0 && stats.pending() == 0
                        ? ""
                        : "still counted: " + stats.active() + " open, " + stats.pending() + " pending";
            }

            @Override
            public void close() {
                acceptor.close();
            }
        };
    }

    /** Sends what comes first back, and closes. */
    @ChannelHandler.Sharable
    private static final class Echo extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            ctx.writeAndFlush(bytes.retain()).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
