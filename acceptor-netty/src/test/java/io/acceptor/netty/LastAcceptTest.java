package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.DrainReport;
import io.acceptor.RejectReason;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a server channel has accepted its last. */
@Timeout(60)
class LastAcceptTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int CLIENTS = 8;

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void clientsThatComeAgainWhenTheyAreServedDoNotKeepItOpen(NettyTransport transport) throws Exception {
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                .transport(transport)
                .childHandler(new NextClient())
                .start(ANY_PORT)) {
            for (int i = 0; i < CLIENTS; i++) {
                beClient(acceptor.localAddress());
            }
            await().until(() -> acceptor.stats().accepted() > 10 * CLIENTS);
            DrainReport report = acceptor.drain(Duration.ZERO, Duration.ofMinutes(1))
                    .toCompletableFuture()
                    .join();
            assertThat(report.graceful()).isTrue();
            assertThat(acceptor.stats().rejections()).containsEntry(RejectReason.DRAINING, 0L);
        }
    }

    private static void beClient(InetSocketAddress server) throws IOException {
        try (Socket client = new Socket(server.getAddress(), server.getPort())) {
            client.getOutputStream().write('x');
        }
    }

    /** Each client that is served has another one come, in the loop's same turn but not while it accepts. */
    @Sharable
    private static final class NextClient extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            InetSocketAddress server = (InetSocketAddress) ctx.channel().localAddress();
            ctx.executor().execute(() -> comeAgain(server));
            ctx.close();
        }

        private static void comeAgain(InetSocketAddress server) {
            try {
                beClient(server);
            } catch (IOException e) {
                return; // the listener is closed
            }
        }
    }
}
