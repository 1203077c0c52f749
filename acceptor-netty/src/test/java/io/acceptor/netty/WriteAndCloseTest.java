package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.AcceptorStats;
import io.acceptor.it.CapturedLog;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that write and close without waiting for the write, as Netty's users do. */
@Timeout(60)
class WriteAndCloseTest {
    private static final int CLIENTS = 20;
    private static final int MORE_THAN_SOCKETS_TAKE = 16 << 20;

    /** Does something with each connection whose client has spoken. */
    @Sharable
    private static final class OnRead extends ChannelInboundHandlerAdapter {
        private final Consumer<ChannelHandlerContext> answer;

        OnRead(Consumer<ChannelHandlerContext> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            answer.accept(ctx);
        }
    }

    private static NettyAcceptor start(NettyTransport transport, Consumer<ChannelHandlerContext> answer)
            throws IOException {
        Transports.assumeAvailable(transport);
        return NettyAcceptor.builder()
                .transport(transport)
                .childHandler(new OnRead(answer))
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static Socket ask(NettyAcceptor acceptor) throws IOException {
        Socket client = new Socket(
                InetAddress.getLoopbackAddress(), acceptor.localAddress().getPort());
        client.setSoTimeout(10_000);
        client.getOutputStream().write('?');
        return client;
    }

    private static void awaitNobody(NettyAcceptor acceptor) {
        await().untilAsserted(() -> {
            AcceptorStats stats = acceptor.stats();
            assertThat(stats.ended()).isEqualTo(CLIENTS).isEqualTo(stats.accepted());
        });
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void answerArrivesThoughTheHandlerClosesBehindIt(NettyTransport transport) throws IOException {
        try (CapturedLog log = new CapturedLog(Level.INFO, "");
                NettyAcceptor acceptor = start(transport, ctx -> {
                    ctx.writeAndFlush(Unpooled.copiedBuffer("bye", US_ASCII));
                    ctx.close();
                })) {
            for (int i = 0; i < CLIENTS; i++) {
                try (Socket client = ask(acceptor)) {
                    assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                            .isEqualTo("bye");
                }
            }
            awaitNobody(acceptor);
            assertThat(log.lines(Level.INFO)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void answerInPiecesArrivesThoughTheFirstOneCloses(NettyTransport transport) throws IOException {
        try (NettyAcceptor acceptor = start(transport, ctx -> {
            ctx.write(Unpooled.copiedBuffer("good", US_ASCII)).addListener(ChannelFutureListener.CLOSE);
            ctx.writeAndFlush(Unpooled.copiedBuffer("bye", US_ASCII));
        })) {
            for (int i = 0; i < CLIENTS; i++) {
                try (Socket client = ask(acceptor)) {
                    assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                            .isEqualTo("goodbye");
                }
            }
            awaitNobody(acceptor);
        }
    }

    /** What the client does not read is still being written when the handler closes. */
    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void writeThatNeverCompletesIsEndedByTheDeadline(NettyTransport transport) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try (NettyAcceptor acceptor = start(transport, ctx -> {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[MORE_THAN_SOCKETS_TAKE]));
            ctx.close();
        })) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(ask(acceptor));
            }
            awaitNobody(acceptor);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    /** Nobody's future is left to be waited for, and the ring writes on. */
    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void cancelledWriteBehindOneThatIsUnderWayIsEndedToo(NettyTransport transport) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try (NettyAcceptor acceptor = start(transport, ctx -> {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[MORE_THAN_SOCKETS_TAKE]));
            ctx.write(Unpooled.copiedBuffer("bye", US_ASCII)).cancel(false);
            ctx.flush();
            ctx.close();
        })) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(ask(acceptor));
            }
            awaitNobody(acceptor);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }
}
