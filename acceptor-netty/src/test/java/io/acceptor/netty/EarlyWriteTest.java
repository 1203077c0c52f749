package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What handlers write before their client's turn: it follows the greeting in its order, and the client need not speak first. */
@Timeout(60)
class EarlyWriteTest {
    private static final String GREETING = "hello";
    private static final int MORE_THAN_SOCKETS_TAKE = 16 << 20;

    /** Says so when it is active. */
    private static final class Active extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(bytes(" active"));
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    /** The client's turn comes when it speaks, which none of these does. */
    private static NettyAcceptor start(NettyTransport transport, String greeting, Consumer<Channel> initializer)
            throws IOException {
        Transports.assumeAvailable(transport);
        return NettyAcceptor.builder()
                .transport(transport)
                .greeting(Greeting.of(greeting, US_ASCII))
                .awaitFirstByte(Duration.ofMinutes(10))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Active());
                        initializer.accept(channel);
                    }
                })
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static Socket connect(NettyAcceptor acceptor) throws IOException {
        Socket client = new Socket(
                InetAddress.getLoopbackAddress(), acceptor.localAddress().getPort());
        client.setSoTimeout(10_000);
        return client;
    }

    private static void assertHears(NettyAcceptor acceptor, String expected) throws IOException {
        try (Socket client = connect(acceptor)) {
            assertThat(new String(client.getInputStream().readNBytes(expected.length()), US_ASCII))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void writesOfAnInitializerFollowTheGreetingAndEndTheWait(NettyTransport transport) throws IOException {
        try (NettyAcceptor acceptor = start(transport, GREETING, channel -> {
            channel.write(bytes(" one"));
            channel.writeAndFlush(bytes(" two"));
        })) {
            assertHears(acceptor, "hello one two active");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aWriteOfATimerEndsTheWait(NettyTransport transport) throws IOException {
        try (NettyAcceptor acceptor = start(
                transport,
                GREETING,
                channel -> channel.eventLoop()
                        .schedule(() -> channel.writeAndFlush(bytes(" tick")), 10, TimeUnit.MILLISECONDS))) {
            assertHears(acceptor, "hello tick active");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aWriteWaitsForTheRestOfALargeGreeting(NettyTransport transport) throws IOException {
        String greeting = "g".repeat(MORE_THAN_SOCKETS_TAKE);
        try (NettyAcceptor acceptor = start(transport, greeting, channel -> channel.writeAndFlush(bytes(" behind")))) {
            assertHears(acceptor, greeting + " behind active");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whatIsWrittenBeforeACloseArrives(NettyTransport transport) throws IOException {
        try (NettyAcceptor acceptor = start(transport, GREETING, channel -> {
            channel.writeAndFlush(bytes(" bye"));
            channel.close();
        })) {
            try (Socket client = connect(acceptor)) {
                assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                        .isEqualTo("hello bye");
            }
            await().untilAsserted(() -> assertThat(acceptor.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
    }
}
