package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a guard leaves as it is: everything else in the user's server. */
@Timeout(60)
class GuardedBootstrapTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);
    private static final String GREETING = "220 ready\r\n";

    private final CountingBossHandler bossHandler = new CountingBossHandler();
    private final List<Runnable> ends = new ArrayList<>();

    @AfterEach
    void end() {
        ends.forEach(Runnable::run);
    }

    private ServerBootstrap bootstrap(NettyTransport transport, ChannelHandler child) {
        return new ServerBootstrap()
                .group(loops(transport, 1), loops(transport, 2))
                .channel(transport.serverChannel())
                .handler(bossHandler)
                .childHandler(child);
    }

    private EventLoopGroup loops(NettyTransport transport, int count) {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("guarded", true), transport.ioHandlers());
        ends.add(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        return group;
    }

    private static AcceptGuard guard(ServerBootstrap bootstrap) {
        return AcceptGuard.builder().greeting(Greeting.of(GREETING, US_ASCII)).install(bootstrap);
    }

    private static Channel bind(ServerBootstrap bootstrap) {
        return bootstrap.bind(ANY_PORT).syncUninterruptibly().channel();
    }

    private static Socket connect(Channel server) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(server.localAddress(), 10_000);
        return socket;
    }

    private static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static void assertTalks(Channel server) throws IOException {
        try (Socket client = connect(server)) {
            assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
            say(client, "ping");
            assertThat(hear(client, 4)).isEqualTo("ping");
        }
    }

    @Sharable
    private static class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void bossHandlerAndChildHandlerGoOnAsBefore(NettyTransport transport) throws IOException {
        ServerBootstrap bootstrap = bootstrap(transport, new Echo());
        try (AcceptGuard guard = guard(bootstrap)) {
            Channel server = bind(bootstrap);
            for (int i = 0; i < 5; i++) {
                assertTalks(server);
            }
            assertThat(bossHandler.connections).hasValue(5);
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 5L));
        }
    }

    /** What is due when a loop comes back runs in one go: the client's reset is seen first, and the end of settling then. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aConnectionThatIsBeingClosedIsNotHandedOver(NettyTransport transport) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch reset = new CountDownLatch(1);
        AtomicInteger handedOver = new AtomicInteger();
        Duration settle = Duration.ofMillis(50);
        ServerBootstrap bootstrap = bootstrap(transport, new Echo() {
            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
                ctx.executor().schedule(() -> hold(held, reset, settle), 0, TimeUnit.NANOSECONDS);
            }

            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                handedOver.incrementAndGet();
            }
        });
        try (AcceptGuard guard = AcceptGuard.builder().settle(settle).install(bootstrap)) {
            try (Socket client = connect(bind(bootstrap))) {
                held.await();
                client.setSoLinger(true, 0);
            }
            reset.countDown();
            await().untilAsserted(
                            () -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.RESET_AFTER_GREETING, 1L));
            assertThat(handedOver).hasValue(0);
        }
    }

    private static void hold(CountDownLatch held, CountDownLatch until, Duration settle) {
        long resume = System.nanoTime() + settle.multipliedBy(2).toNanos();
        held.countDown();
        while (until.getCount() > 0 || System.nanoTime() - resume < 0) {
            Thread.onSpinWait();
        }
    }

    /** On NIO a connection ends a turn later than its channel, and a loop that shuts down drops what it was to do later. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aConnectionEndsInTheBooksAlsoIfItsLoopEndsWithIt(NettyTransport transport) throws IOException {
        ServerBootstrap bootstrap = bootstrap(transport, new Echo() {
            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                ctx.channel().eventLoop().shutdownGracefully(0, 1, TimeUnit.SECONDS);
            }
        });
        try (AcceptGuard guard = guard(bootstrap)) {
            assertTalks(bind(bootstrap));
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
    }

    @Test
    void oneGroupForEverythingServesToo() throws IOException {
        EventLoopGroup group = loops(NettyTransport.NIO, 2);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NettyTransport.NIO.serverChannel())
                .childHandler(new Echo());
        try (AcceptGuard guard = guard(bootstrap)) {
            Channel server = bind(bootstrap);
            for (int i = 0; i < 10; i++) {
                assertTalks(server);
            }
            assertThat(guard.stats().accepted()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aPassingFailureToAcceptPausesNothing(NettyTransport transport) throws IOException {
        ServerBootstrap bootstrap = bootstrap(transport, new Echo());
        try (AcceptGuard guard = guard(bootstrap)) {
            Channel server = bind(bootstrap);
            assertTalks(server);
            server.pipeline().fireExceptionCaught(new IOException("on purpose"));
            await().untilAsserted(() -> assertThat(guard.stats().acceptErrors()).containsEntry("transient", 1L));
            assertThat(bossHandler.failures).hasValue(1);
            assertThat(server.config().isAutoRead()).isTrue();
            assertTalks(server);
        }
    }

    @Test
    void whatTheUserHasSwitchedOffStaysOff() throws Exception {
        ServerBootstrap bootstrap = bootstrap(NettyTransport.NIO, new Echo());
        try (AcceptGuard guard = guard(bootstrap)) {
            Channel server = bind(bootstrap);
            server.config().setAutoRead(false);
            for (int i = 0; i < 3; i++) { // the second in a row would pause for a time, and switch on after it
                server.pipeline().fireExceptionCaught(new IOException("on purpose"));
            }
            await().untilAsserted(() -> assertThat(guard.stats().acceptErrors()).containsEntry("transient", 3L));
            await().during(300, TimeUnit.MILLISECONDS)
                    .until(() -> !server.config().isAutoRead());
            server.config().setAutoRead(true);
            assertTalks(server);
        }
    }

    @Test
    void eachAddressHasBooksAndMetersOfItsOwn() throws IOException {
        ServerBootstrap bootstrap = bootstrap(NettyTransport.NIO, new Echo());
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (AcceptGuard guard = guard(bootstrap)) {
            guard.metrics().bindTo(registry);
            Channel first = bind(bootstrap);
            Channel second = bind(bootstrap);
            assertTalks(first);
            assertTalks(second);
            assertTalks(second);
            assertThat(guard.queues()).hasSize(2);
            assertThat(guard.stats().accepted()).isEqualTo(3);
            assertThat(accepted(registry, first)).isEqualTo(1);
            assertThat(accepted(registry, second)).isEqualTo(2);

            first.close().syncUninterruptibly();
            await().untilAsserted(() -> assertThat(guard.queues()).hasSize(1));
            assertThat(guard.stats().accepted())
                    .as("what is over stays in the books")
                    .isEqualTo(3);
            assertTalks(second);
        }
    }

    private static double accepted(SimpleMeterRegistry registry, Channel server) {
        String listener = Addresses.text((InetSocketAddress) server.localAddress());
        return registry.get("acceptor.accepted")
                .tag("listener", listener)
                .functionCounter()
                .count();
    }

    @Test
    void aChildThatReadsOnlyWhenItWantsToGetsEarlyBytesOnlyThen() throws IOException {
        Queue<ChannelHandlerContext> active = new ConcurrentLinkedQueue<>();
        ServerBootstrap bootstrap = readsLater(NettyTransport.NIO, active);
        try (AcceptGuard guard = guard(bootstrap)) {
            Channel server = bind(bootstrap);
            try (Socket client = connect(server)) {
                assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
                say(client, "early");
                await().until(() -> !active.isEmpty());
                assertThat(client.getInputStream().available()).isZero();
                active.element().read();
                assertThat(hear(client, 5)).isEqualTo("early");
            }
            assertThat(guard.stats().accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aChildThatSwitchesReadingOnGetsEarlyBytesAndThoseThatFollow(NettyTransport transport) throws IOException {
        Queue<ChannelHandlerContext> active = new ConcurrentLinkedQueue<>();
        ServerBootstrap bootstrap = readsLater(transport, active);
        try (AcceptGuard guard = guard(bootstrap)) {
            try (Socket client = connect(bind(bootstrap))) {
                assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
                say(client, "early");
                await().until(() -> !active.isEmpty());
                active.element().channel().config().setAutoRead(true);
                assertThat(hear(client, 5)).isEqualTo("early");
                say(client, "later");
                assertThat(hear(client, 5)).isEqualTo("later");
            }
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
    }

    /** On epoll a FIN is told even if nobody reads. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void whatWasSaidBeforeAFinIsShownToAChildThatReadsLater(NettyTransport transport) throws IOException {
        Queue<ChannelHandlerContext> active = new ConcurrentLinkedQueue<>();
        ServerBootstrap bootstrap = readsLater(transport, active);
        try (AcceptGuard guard = guard(bootstrap)) {
            try (Socket client = connect(bind(bootstrap))) {
                assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
                say(client, "early");
                client.shutdownOutput();
                await().pollDelay(Duration.ofMillis(200)).until(() -> !active.isEmpty());
                active.element().read();
                assertThat(hear(client, 5)).isEqualTo("early");
            }
            assertThat(guard.stats().accepted()).isEqualTo(1);
        }
    }

    /** Its children read when they are told to. */
    private ServerBootstrap readsLater(NettyTransport transport, Queue<ChannelHandlerContext> active) {
        ChannelInitializer<Channel> child = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ReadsLater(active));
            }
        };
        return bootstrap(transport, child).childOption(ChannelOption.AUTO_READ, false);
    }

    /** As an SslHandler is put there. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aHandlerThatIsPutFirstSeesEarlyBytesToo(NettyTransport transport) throws IOException {
        AtomicInteger seen = new AtomicInteger();
        ServerBootstrap bootstrap = bootstrap(transport, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Echo());
                channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        seen.incrementAndGet();
                        ctx.fireChannelRead(msg);
                    }
                });
            }
        });
        try (AcceptGuard guard = guard(bootstrap)) {
            assertTalks(bind(bootstrap));
            assertThat(seen).hasValue(1);
            assertThat(guard.stats().accepted()).isEqualTo(1);
        }
    }

    @Test
    void anAddressThatIsBoundAnewWhileOldClientsAreThereIsReady() throws IOException {
        ServerBootstrap bootstrap = bootstrap(NettyTransport.NIO, new Echo());
        try (AcceptGuard guard = guard(bootstrap)) {
            Channel first = bind(bootstrap);
            try (Socket old = connect(first)) {
                assertThat(hear(old, GREETING.length())).isEqualTo(GREETING);
                SocketAddress address = first.localAddress();
                first.close().syncUninterruptibly();
                await().until(() -> !guard.health().ready());
                assertTalks(bootstrap.bind(address).syncUninterruptibly().channel());
                assertThat(guard.health().ready()).isTrue();
                guard.drain(Duration.ofSeconds(5), Duration.ZERO);
                assertThat(guard.health().ready()).isFalse();
            }
        }
    }

    /** Echoes, but reads only when told to. */
    private static final class ReadsLater extends ChannelInboundHandlerAdapter {
        private final Queue<ChannelHandlerContext> active;

        ReadsLater(Queue<ChannelHandlerContext> active) {
            this.active = active;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            active.add(ctx);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    @Test
    void anInitializerThatFailsMakesItAFailure() throws IOException {
        ServerBootstrap bootstrap = bootstrap(NettyTransport.NIO, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                throw new IllegalStateException("on purpose");
            }
        });
        try (AcceptGuard guard = guard(bootstrap)) {
            try (Socket client = connect(bind(bootstrap))) {
                say(client, "x");
                assertThat(hear(client, 100)).isEqualTo(GREETING);
            }
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.HANDLER_FAILED, 1L));
        }
    }

    @Test
    void aPipelineThatIsClearedIsStillCounted() throws IOException {
        ServerBootstrap bootstrap = bootstrap(NettyTransport.NIO, new ChannelInboundHandlerAdapter() {
            @Override
            public boolean isSharable() {
                return true;
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                while (ctx.pipeline().first() != this) {
                    ctx.pipeline().removeFirst();
                }
                ctx.writeAndFlush(msg);
            }
        });
        try (AcceptGuard guard = guard(bootstrap)) {
            assertTalks(bind(bootstrap));
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
    }

    @Test
    void theChildHandlerMayBeSetAfterTheGuard() throws IOException {
        ServerBootstrap bootstrap =
                new ServerBootstrap().group(loops(NettyTransport.NIO, 1)).channel(NettyTransport.NIO.serverChannel());
        try (AcceptGuard guard = guard(bootstrap)) {
            bootstrap.childHandler(new Echo());
            assertTalks(bind(bootstrap));
            assertThat(guard.stats().accepted()).isEqualTo(1);
        }
    }

    @Test
    void aBootstrapIsGuardedOnce() {
        ServerBootstrap bootstrap = bootstrap(NettyTransport.NIO, new Echo());
        try (AcceptGuard guard = guard(bootstrap)) {
            assertThatThrownBy(() -> guard(bootstrap))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("guarded already");
            assertThat(guard.health().reasons()).containsExactly("no address is guarded");
        }
    }

    /** On NIO its descriptor is closed only when the selector has forgotten it, and the loop may take its time. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void thePortIsFreeWhenCloseReturnsWhateverTheLoopIsAt(NettyTransport transport) throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        ServerBootstrap bootstrap = bootstrap(transport, new ChannelInboundHandlerAdapter())
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelUnregistered(ChannelHandlerContext ctx) throws InterruptedException {
                        never.await(100, TimeUnit.MILLISECONDS);
                    }
                });
        AcceptGuard guard = guard(bootstrap);
        Channel server = bind(bootstrap);
        guard.close();
        try (ServerSocket next = new ServerSocket()) {
            next.setReuseAddress(true);
            next.bind(server.localAddress());
            assertThat(next.isBound()).isTrue();
        }
    }
}
