package io.acceptor.examples.haproxy;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.Greeting;
import io.acceptor.netty.NettyAcceptor;
import io.acceptor.netty.ProxyProtocol;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Is told by HAProxy, with {@code send-proxy-v2}, who the client is. Nobody but the balancer may say so. */
record ProxiedServer(NettyAcceptor acceptor) implements EchoServer {
    static ProxiedServer start(InetSocketAddress address, String balancers) throws IOException {
        return new ProxiedServer(NettyAcceptor.builder()
                .name("server")
                .proxyProtocol(ProxyProtocol.requiredFrom(balancers))
                .greeting(Greeting.perConnection(EchoServer::greeting)) // the peer is the client
                .childHandler(new Echo())
                .start(address));
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            context.writeAndFlush(bytes, context.voidPromise());
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return acceptor.localAddress();
    }

    @Override
    public AcceptorHealth health() {
        return acceptor.health();
    }

    @Override
    public AcceptorStats stats() {
        return acceptor.stats();
    }

    @Override
    public CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
        return acceptor.drain(lameDuck, grace);
    }
}
