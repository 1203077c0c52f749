package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same handlers and the same client without a guard and with one: neither can tell. */
@Timeout(60)
class GuardedPipelineTest {
    private static final Duration QUIET = Duration.ofMillis(100);

    private final List<Runnable> ends = new ArrayList<>();
    private final List<AcceptGuard> guards = new ArrayList<>();

    @AfterEach
    void end() {
        guards.forEach(AcceptGuard::close);
        ends.forEach(Runnable::run);
    }

    /** What a client does, and what it and the handlers see. */
    private interface Visit {
        void by(Socket client, Recorder recorder) throws Exception;
    }

    /** Has the same happen without a guard and with one. */
    private static List<Boolean> plainThenGuarded() {
        return List.of(false, true);
    }

    private Socket connect(NettyTransport transport, boolean guarded, ChannelHandler child, boolean autoRead)
            throws IOException {
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory("same", true), transport.ioHandlers());
        ends.add(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .childOption(ChannelOption.AUTO_READ, autoRead)
                .childHandler(child);
        if (guarded) {
            guards.add(AcceptGuard.install(bootstrap));
        }
        Channel server = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        Socket client = new Socket();
        client.setSoTimeout(5_000);
        client.connect(server.localAddress());
        return client;
    }

    private void assertSame(NettyTransport transport, boolean autoRead, Consumer<Channel> initializer, Visit visit)
            throws Exception {
        List<List<String>> seen = new ArrayList<>();
        for (boolean guarded : plainThenGuarded()) {
            Recorder recorder = new Recorder();
            try (Socket client = connect(
                    transport,
                    guarded,
                    initializer(channel -> {
                        channel.pipeline().addLast(recorder);
                        initializer.accept(channel);
                    }),
                    autoRead)) {
                visit.by(client, recorder);
                recorder.settle();
                seen.add(List.copyOf(recorder.events));
            }
        }
        assertThat(seen.get(1)).isEqualTo(seen.get(0));
    }

    private static ChannelInitializer<Channel> initializer(Consumer<Channel> with) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                with.accept(channel);
            }
        };
    }

    private void awaitOutcome(Outcome outcome) {
        await().untilAsserted(() -> {
            AcceptorStats stats = guards.get(guards.size() - 1).stats();
            assertThat(stats.outcomes()).containsEntry(outcome, 1L);
        });
    }

    private static String hear(Socket client, int length) throws IOException {
        return new String(client.getInputStream().readNBytes(length), US_ASCII);
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    /** Writes down what it is shown, and passes it on. */
    private static final class Recorder extends ChannelDuplexHandler {
        final List<String> events = new CopyOnWriteArrayList<>();
        final AtomicReference<@Nullable ChannelHandlerContext> context = new AtomicReference<>();

        void awaitEvent(String event) {
            await().pollInterval(Duration.ofMillis(2)).until(() -> events.contains(event));
        }

        /** Waits until nothing more is shown. */
        void settle() {
            AtomicInteger last = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(5))
                    .during(Duration.ofMillis(50))
                    .until(() -> last.getAndSet(events.size()) == events.size());
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context.set(ctx);
            events.add("added");
        }

        @Override
        public void channelRegistered(ChannelHandlerContext ctx) {
            events.add("registered");
            ctx.fireChannelRegistered();
        }

        @Override
        public void channelUnregistered(ChannelHandlerContext ctx) {
            events.add("unregistered");
            ctx.fireChannelUnregistered();
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            events.add("active");
            ctx.fireChannelActive();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            events.add("inactive");
            ctx.fireChannelInactive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            events.add("read " + ((ByteBuf) msg).readableBytes());
            ctx.fireChannelRead(msg);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            events.add("read complete");
            ctx.fireChannelReadComplete();
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            events.add("asked");
            ctx.read();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            events.add(cause.getClass().getSimpleName());
        }
    }

    private static final class Discard extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aWholeLifeLooksTheSame(NettyTransport transport) throws Exception {
        assertSame(transport, true, channel -> channel.pipeline().addLast(new Echo()), (client, recorder) -> {
            say(client, "x".repeat(100));
            assertThat(hear(client, 100)).hasSize(100);
            client.shutdownOutput();
            recorder.awaitEvent("unregistered");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void nothingIsReadBeforeItIsAskedForAndThenOnce(NettyTransport transport) throws Exception {
        assertSame(transport, false, channel -> channel.pipeline().addLast(new Discard()), (client, recorder) -> {
            say(client, "ping");
            recorder.awaitEvent("active");
            await().during(QUIET).until(() -> !recorder.events.contains("read complete"));
            ChannelHandlerContext context = recorder.context.get();
            context.channel().read();
            recorder.awaitEvent("read complete");
            context.channel().read();
            say(client, "pong!");
            recorder.awaitEvent("read 5");
        });
    }

    /** A proxy in the usual form: AUTO_READ off until the backend is there, then a read after each read complete. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aProxyThatWaitsForItsBackendLooksTheSame(NettyTransport transport) throws Exception {
        assertSame(transport, false, channel -> channel.pipeline().addLast(new Proxy()), (client, recorder) -> {
            say(client, "ping");
            assertThat(hear(client, 4)).isEqualTo("ping");
        });
    }

    private static final class Proxy extends ChannelInboundHandlerAdapter {
        private boolean connected;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.executor()
                    .schedule(
                            () -> {
                                connected = true;
                                ctx.read();
                            },
                            50,
                            TimeUnit.MILLISECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            assertThat(connected).isTrue();
            ctx.write(msg);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            assertThat(connected).isTrue();
            ctx.flush();
            ctx.read();
        }
    }

    /** Netty on epoll shows what came, unasked, when the client is done; on NIO it does not look. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aClientThatLeavesBeforeTheFirstReadIsSeenAsWithoutAGuard(NettyTransport transport) throws Exception {
        assertSame(transport, false, channel -> channel.pipeline().addLast(new Discard()), (client, recorder) -> {
            say(client, "ping");
            recorder.awaitEvent("active");
            await().during(QUIET).until(() -> !recorder.events.contains("read 4"));
            client.close();
            if (transport == NettyTransport.EPOLL) {
                recorder.awaitEvent("unregistered");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void whatWasSentBeforeAResetIsShownFirst(NettyTransport transport) throws Exception {
        for (boolean guarded : plainThenGuarded()) {
            Recorder recorder = new Recorder();
            Socket client = connect(
                    transport,
                    guarded,
                    initializer(channel -> channel.pipeline().addLast(recorder, new Discard())),
                    false);
            say(client, "ping");
            recorder.awaitEvent("active");
            await().during(QUIET).until(() -> !recorder.events.contains("read 4"));
            client.setSoLinger(true, 0);
            client.close();
            if (transport == NettyTransport.NIO) {
                recorder.context.get().read();
            }
            recorder.awaitEvent("read 4");
            recorder.context.get().read();
            recorder.awaitEvent("inactive");
            assertThat(recorder.events.indexOf("read 4")).isLessThan(recorder.events.indexOf("inactive"));
        }
        awaitOutcome(Outcome.PEER_RESET);
    }

    /** A proxy tells its pipeline that the backend could not be reached: its client is there all the same. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void anIoExceptionThatAHandlerFiresIsNoReset(NettyTransport transport) throws Exception {
        assertSame(transport, true, channel -> channel.pipeline().addLast(new Echo()), (client, recorder) -> {
            say(client, "x");
            assertThat(hear(client, 1)).isEqualTo("x");
            recorder.context.get().pipeline().fireExceptionCaught(new ConnectException("upstream is down"));
            recorder.awaitEvent("ConnectException");
            say(client, "more");
            assertThat(hear(client, 4)).isEqualTo("more");
        });
        awaitOutcome(Outcome.COMPLETED);
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void halfClosureCanBeAllowedAtAnyTime(NettyTransport transport) throws Exception {
        assertSame(transport, true, channel -> channel.pipeline().addLast(new Tunnel()), (client, recorder) -> {
            say(client, "CONNECT");
            assertThat(hear(client, 2)).isEqualTo("OK");
            client.shutdownOutput();
            assertThat(hear(client, 100)).isEqualTo("answer");
        });
    }

    private static final class Tunnel extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            ctx.writeAndFlush(bytes("OK"));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                ctx.writeAndFlush(bytes("answer")).addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    /** Handlers that come when the protocol is known, as after ALPN, stand behind all others. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void handlersThatAreAddedLaterDealWithExceptions(NettyTransport transport) throws Exception {
        for (boolean guarded : plainThenGuarded()) {
            ChannelInitializer<Channel> child =
                    initializer(channel -> channel.pipeline().addLast(new Upgrade()));
            try (Socket client = connect(transport, guarded, child, true)) {
                say(client, "!");
                assertThat(hear(client, 3)).isEqualTo("400");
            }
        }
        awaitOutcome(Outcome.COMPLETED);
    }

    private static final class Upgrade extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            ctx.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext later, Throwable cause) {
                    later.writeAndFlush(bytes("400"));
                }
            });
            throw new IllegalArgumentException("on purpose");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aChannelThatMovesToAnotherLoopIsRegisteredAgain(NettyTransport transport) throws Exception {
        EventLoopGroup other = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
        ends.add(() -> other.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        assertSame(transport, true, channel -> channel.pipeline().addLast(new Echo()), (client, recorder) -> {
            say(client, "x");
            assertThat(hear(client, 1)).isEqualTo("x");
            Channel channel = recorder.context.get().channel();
            channel.deregister().sync();
            other.register(channel).sync();
            say(client, "y");
            assertThat(hear(client, 1)).isEqualTo("y");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void whoClosesWhenRegisteredIsNeverActive(NettyTransport transport) throws Exception {
        ChannelHandler closes = new ChannelInboundHandlerAdapter() {
            @Override
            public boolean isSharable() {
                return true;
            }

            @Override
            public void channelRegistered(ChannelHandlerContext ctx) {
                ctx.close();
                ctx.fireChannelRegistered();
            }
        };
        for (boolean guarded : plainThenGuarded()) {
            Recorder recorder = new Recorder();
            try (Socket client = connect(
                    transport,
                    guarded,
                    initializer(channel -> channel.pipeline().addLast(closes, recorder)),
                    true)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            recorder.awaitEvent("unregistered");
            assertThat(recorder.events).doesNotContain("active");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void anInitializerThatTurnsAClientAwayHasNotFailed(NettyTransport transport) throws Exception {
        try (Socket client = connect(transport, true, initializer(Channel::close), true)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        awaitOutcome(Outcome.COMPLETED);
    }

    /** What stands first closes past us. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aTimeoutOfAHandlerThatStandsFirstIsTheServersDoing(NettyTransport transport) throws Exception {
        ChannelInitializer<Channel> child =
                initializer(channel -> channel.pipeline().addFirst(new ReadTimeoutHandler(50, TimeUnit.MILLISECONDS)));
        try (Socket client = connect(transport, true, child, true)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        awaitOutcome(Outcome.HANDLER_FAILED);
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void writesThatACloseGivesUpFailAsOnAClosedChannel(NettyTransport transport) throws Exception {
        for (boolean guarded : plainThenGuarded()) {
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            ChannelInitializer<Channel> child =
                    initializer(channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(ChannelHandlerContext ctx) {
                            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[64 << 20]))
                                    .addListener(written -> failures.add(written.cause()));
                            ctx.close();
                            ctx.writeAndFlush(bytes("late")).addListener(written -> failures.add(written.cause()));
                        }
                    }));
            try (Socket client = connect(transport, guarded, child, true)) {
                await().until(() -> failures.size() == 2);
                assertThat(failures)
                        .allSatisfy(failure -> assertThat(failure).isInstanceOf(ClosedChannelException.class));
                assertThat(client.isConnected()).isTrue();
            }
        }
    }

    /** A boss handler puts it there, or an extension of Netty's. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void theFirstReadBringsAllThatCame(NettyTransport transport) throws Exception {
        for (int i = 0; i < 20; i++) {
            Recorder recorder = new Recorder();
            try (Socket client = connect(
                    transport,
                    true,
                    initializer(channel -> channel.pipeline().addLast(recorder, new Discard())),
                    true)) {
                say(client, "x".repeat(100));
                recorder.awaitEvent("read complete");
            }
            assertThat(recorder.events).contains("read 100");
        }
    }
}
