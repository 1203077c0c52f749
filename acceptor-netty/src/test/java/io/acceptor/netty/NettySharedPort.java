package io.acceptor.netty;

import io.acceptor.Admission;
import io.acceptor.DrainReport;
import io.acceptor.Outcome;
import io.acceptor.contract.PortsTaken;
import io.acceptor.contract.RestartsUnderLoad;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What {@link NettySharedPortIT} runs in a network namespace. */
final class NettySharedPort {
    private NettySharedPort() {}

    /**
     * Runs it.
     *
     * @param arguments a transport, and {@code ports} or {@code restarts}
     */
    public static void main(String[] arguments) throws Exception {
        NettyTransport transport = NettyTransport.valueOf(arguments[0]);
        if (arguments[1].equals("ports")) {
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            PortsTaken.startAndClose(() -> NettyAcceptor.builder()
                    .transport(transport)
                    .acceptors(4)
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .start(anyPort));
        } else {
            RestartsUnderLoad.run((address, accepted) -> start(transport, address, accepted));
        }
    }

    private static RestartsUnderLoad.Generation start(
            NettyTransport transport, InetSocketAddress address, Set<Integer> accepted) throws IOException {
        NettyAcceptor acceptor = NettyAcceptor.builder()
                .sharePort()
                .transport(transport)
                .admission(peer -> {
                    accepted.add(peer.remoteAddress().getPort());
                    return Admission.admit();
                })
                .childHandler(new Echo())
                .start(address);
        return new RestartsUnderLoad.Generation() {
            @Override
            public CompletionStage<DrainReport> drain() {
                return acceptor.drain(Duration.ZERO, Duration.ofSeconds(10)).whenComplete((report, failure) -> {
                    long refused = acceptor.stats().outcomes().get(Outcome.REJECTED);
                    if (refused > 0) {
                        System.out.println("refused " + refused);
                    }
                });
            }

            @Override
            public void close() {
                acceptor.close();
            }
        };
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }
}
