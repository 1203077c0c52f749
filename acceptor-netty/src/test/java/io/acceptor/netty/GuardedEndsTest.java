package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Outcome;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How handlers see reading, shutting down and closing under a guard: as without one. */
@Timeout(60)
class GuardedEndsTest {
    private static final String NOT_A_TRANSPORT = "AUTO";

    private final List<EventLoopGroup> loops = new ArrayList<>();
    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void endLoops() {
        loops.forEach(group -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    }

    /** Does something when the client has said something. */
    private static ChannelHandler onRead(BiConsumer<ChannelHandlerContext, Integer> then) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                int length = ((ByteBuf) msg).readableBytes();
                ReferenceCountUtil.release(msg);
                then.accept(ctx, length);
            }
        };
    }

    private ServerBootstrap bootstrap(NettyTransport transport, ChannelHandler child) {
        Transports.assumeAvailable(transport);
        EventLoopGroup boss = group(transport);
        return new ServerBootstrap()
                .group(boss, group(transport))
                .channel(transport.serverChannel())
                .childHandler(child);
    }

    private EventLoopGroup group(NettyTransport transport) {
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("ends", true), transport.ioHandlers());
        loops.add(group);
        return group;
    }

    private static Channel bind(ServerBootstrap bootstrap) {
        return bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private static Socket connect(Channel server) throws IOException {
        Socket client = new Socket();
        client.setSoTimeout(10_000);
        client.connect(server.localAddress());
        return client;
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** Connects and speaks before the server accepts. */
    private static Socket connectEarly(Channel server, String text) throws IOException {
        CountDownLatch spoken = new CountDownLatch(1);
        server.eventLoop().execute(() -> hold(spoken));
        Socket client = connect(server);
        say(client, text);
        spoken.countDown();
        return client;
    }

    private static void hold(CountDownLatch until) {
        try {
            assertThat(until.await(10, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = NOT_A_TRANSPORT, mode = EnumSource.Mode.EXCLUDE)
    void whoShutsBothDirectionsDownKeepsTheChannel(NettyTransport transport) throws Exception {
        ServerBootstrap bootstrap = bootstrap(
                transport,
                onRead((ctx, length) -> ((DuplexChannel) ctx.channel())
                        .shutdown()
                        .addListener(done -> ctx.executor()
                                .execute(() -> seen.add(ctx.channel().isOpen())))));
        try (AcceptGuard guard = AcceptGuard.install(bootstrap);
                Socket client = connect(bind(bootstrap))) {
            say(client, "x");
            assertThat(seen.poll(10, SECONDS)).isEqualTo(true);
            assertThat(guard.stats().accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = NOT_A_TRANSPORT, mode = EnumSource.Mode.EXCLUDE)
    void whatIsNotFlushedBeforeACloseFailsAsOnAClosedChannel(NettyTransport transport) throws Exception {
        ServerBootstrap bootstrap = bootstrap(transport, onRead((ctx, length) -> {
            ctx.writeAndFlush(Unpooled.copiedBuffer("said", US_ASCII));
            ctx.write(Unpooled.copiedBuffer("not said", US_ASCII)).addListener(written -> seen.add(written.cause()));
            ctx.close();
        }));
        try (AcceptGuard guard = AcceptGuard.install(bootstrap);
                Socket client = connect(bind(bootstrap))) {
            say(client, "x");
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("said");
            assertThat(seen.poll(10, SECONDS)).isInstanceOf(ClosedChannelException.class);
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
    }

    @ParameterizedTest
    @EnumSource(names = NOT_A_TRANSPORT, mode = EnumSource.Mode.EXCLUDE)
    void whoClosesWhileReadingIsToldWhenTheReadIsComplete(NettyTransport transport) throws Exception {
        ServerBootstrap bootstrap = bootstrap(transport, new ChannelInboundHandlerAdapter() {
            private int reads;

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ReferenceCountUtil.release(msg);
                if (reads++ > 0) {
                    ctx.writeAndFlush(Unpooled.copiedBuffer("bye", US_ASCII));
                    ctx.close();
                    seen.add("closed");
                }
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                seen.add("complete");
            }
        });
        try (AcceptGuard guard = AcceptGuard.install(bootstrap);
                Socket client = connect(bind(bootstrap))) {
            say(client, "x");
            assertThat(seen.poll(10, SECONDS)).isEqualTo("complete");
            say(client, "y");
            assertThat(client.getInputStream().readNBytes(3)).hasSize(3);
            while (!"closed".equals(seen.poll(10, SECONDS))) {} // NIO looks once more behind the first
            assertThat(seen.poll(10, SECONDS)).isEqualTo("complete");
            assertThat(guard.stats().accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void earlyInputComesInReadsOfTheUsersSize(NettyTransport transport) throws Exception {
        ServerBootstrap bootstrap = bootstrap(transport, onRead((ctx, length) -> seen.add(length)))
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(2));
        try (AcceptGuard guard = AcceptGuard.install(bootstrap);
                Socket client = connectEarly(bind(bootstrap), "ping")) {
            assertThat(seen.poll(10, SECONDS)).isEqualTo(2);
            assertThat(seen.poll(10, SECONDS)).isEqualTo(2);
            assertThat(guard.stats().accepted()).isEqualTo(1);
            assertThat(client.isConnected()).isTrue();
        }
    }

    /** The bytes that came before it was accepted are that one read. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void whoAsksOnceIsShownOneRead(NettyTransport transport) throws Exception {
        ServerBootstrap bootstrap = bootstrap(transport, new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        ctx.read();
                    }

                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        seen.add(((ByteBuf) msg).readableBytes());
                        ReferenceCountUtil.release(msg);
                    }
                })
                .childOption(ChannelOption.AUTO_READ, false);
        try (AcceptGuard guard = AcceptGuard.builder().handOffAtOnce().install(bootstrap);
                Socket client = connectEarly(bind(bootstrap), "ping")) {
            assertThat(seen.poll(10, SECONDS)).isEqualTo(4);
            say(client, "more!");
            assertThat(seen.poll(100, TimeUnit.MILLISECONDS)).isNull();
            assertThat(guard.stats().accepted()).isEqualTo(1);
        }
    }

    /** Both sides are done: the kernel tells the same state as after a reset, and the ring tells the FIN a moment later. */
    @Test
    void aFinBehindAnOutputThatWasShutDownIsNoResetOnIoUring() throws Exception {
        CountDownLatch lookIsDue = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        ServerBootstrap bootstrap = bootstrap(NettyTransport.IO_URING, onRead((ctx, length) -> {
            ((DuplexChannel) ctx.channel()).shutdownOutput();
            ctx.executor().execute(() -> hold(lookIsDue));
            ctx.executor()
                    .schedule(
                            () -> { // in one turn with the look that is due, and before it
                                seen.add("next turn");
                                hold(finished);
                            },
                            1,
                            TimeUnit.MILLISECONDS);
        }));
        try (AcceptGuard guard = AcceptGuard.install(bootstrap);
                Socket client = connect(bind(bootstrap))) {
            say(client, "x");
            CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(lookIsDue::countDown);
            assertThat(seen.poll(10, SECONDS)).isEqualTo("next turn");
            client.shutdownOutput();
            finished.countDown();
            await().untilAsserted(() -> assertThat(guard.stats().ended()).isEqualTo(1));
            assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L);
        }
    }

    @Test
    void whatABossHandlerKeptAndClosedLaterDoesNotHoldUpADrain() throws Exception {
        ServerBootstrap bootstrap = bootstrap(NettyTransport.NIO, onRead((ctx, length) -> {}))
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object child) {
                        seen.add(child);
                    }
                });
        try (AcceptGuard guard = AcceptGuard.install(bootstrap);
                Socket client = connect(bind(bootstrap))) {
            Channel kept = (Channel) seen.poll(10, SECONDS);
            assertThat(kept).isNotNull();
            kept.unsafe().closeForcibly();
            guard.drain(Duration.ZERO, Duration.ofMillis(20))
                    .toCompletableFuture()
                    .get(10, SECONDS);
            assertThat(guard.stats().outcomes()).containsEntry(Outcome.CUT, 1L);
            assertThat(client.isConnected()).isTrue();
        }
    }
}
