package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import io.acceptor.DrainReport;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.it.CapturedLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Where the guard can be put in, and what becomes of it there. */
@Timeout(60)
class GuardPlacementTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final EventLoopGroup boss = loops(1);
    private final EventLoopGroup workers = loops(2);
    private final List<AcceptGuard> guards = new ArrayList<>();

    @AfterEach
    void end() {
        guards.forEach(AcceptGuard::close);
        boss.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static EventLoopGroup loops(int count) {
        return new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("placed", true), NioIoHandler.newFactory());
    }

    private AcceptGuard guard() {
        AcceptGuard guard =
                AcceptGuard.builder().greeting(Greeting.of("hi\n", US_ASCII)).build();
        guards.add(guard);
        return guard;
    }

    private ServerBootstrap bootstrap() {
        return new ServerBootstrap()
                .group(boss, workers)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new Echo());
    }

    private static Channel bind(ServerBootstrap bootstrap) {
        return bootstrap.bind(ANY_PORT).syncUninterruptibly().channel();
    }

    private static Socket connect(SocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(5_000);
        socket.connect(address);
        return socket;
    }

    private static String talk(SocketAddress address, int answer) throws IOException {
        try (Socket client = connect(address)) {
            client.getOutputStream().write("ping".getBytes(US_ASCII));
            return new String(client.getInputStream().readNBytes(answer), US_ASCII);
        }
    }

    private static void assertGuarded(Channel server) throws IOException {
        assertThat(talk(server.localAddress(), 7)).isEqualTo("hi\nping");
        assertThat(server.pipeline().first()).isInstanceOf(AcceptHandler.class);
    }

    private static void assertPlain(Channel server) throws IOException {
        assertThat(talk(server.localAddress(), 4)).isEqualTo("ping");
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    @Sharable
    private static final class Boss extends ChannelInboundHandlerAdapter {
        final List<Channel> children = new CopyOnWriteArrayList<>();
        final List<Boolean> autoReadAtFailure = new CopyOnWriteArrayList<>();
        final AtomicInteger open = new AtomicInteger();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            children.add((Channel) msg);
            open.incrementAndGet();
            ((Channel) msg).closeFuture().addListener(closed -> open.decrementAndGet());
            ctx.fireChannelRead(msg);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            autoReadAtFailure.add(ctx.channel().config().isAutoRead());
            ctx.fireExceptionCaught(cause);
        }
    }

    @Test
    void asAHandlerItServesEveryBind() throws IOException {
        AcceptGuard guard = guard();
        ServerBootstrap bootstrap = bootstrap().handler(guard.handler());
        assertGuarded(bind(bootstrap));
        assertGuarded(bind(bootstrap));
        assertGuarded(bind(bootstrap().handler(guard.handler())));
        assertThat(guard.queues()).hasSize(3);
        assertThat(guard.stats().accepted()).isEqualTo(3);
    }

    @Test
    void asAFactoryItStandsBeforeABossHandler() throws IOException {
        AcceptGuard guard = guard();
        Boss users = new Boss();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(boss, workers)
                .channelFactory(guard.channelFactory(NioServerSocketChannel::new))
                .handler(users)
                .childHandler(new Echo());
        assertGuarded(bind(bootstrap));
        assertThat(users.children).hasSize(1);
    }

    @Test
    void withinAnInitializerItStandsFirstToo() throws IOException {
        AcceptGuard guard = guard();
        assertGuarded(bind(bootstrap().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel server) {
                server.pipeline().addLast(new Boss(), guard.handler());
            }
        })));
    }

    /** As a limit of connections does. */
    @Test
    void whoCountsOpenConnectionsNeverSeesOneThatWasDropped() throws IOException {
        Boss users = new Boss();
        ServerBootstrap bootstrap = bootstrap().handler(users);
        AcceptGuard guard =
                AcceptGuard.builder().greeting(Greeting.of("hi\n", US_ASCII)).install(bootstrap);
        guards.add(guard);
        Channel server = bind(bootstrap);
        probeWhileNobodyAccepts(server, 20);
        await().untilAsserted(
                        () -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.RESET_BEFORE_GREETING, 20L));
        assertThat(talk(server.localAddress(), 7)).isEqualTo("hi\nping");
        await().until(() -> users.open.get() == 0);
        assertThat(users.children).hasSize(1);
    }

    private static void probeWhileNobodyAccepts(Channel server, int probes) throws IOException {
        server.config().setAutoRead(false);
        for (int i = 0; i < probes; i++) {
            Socket probe = connect(server.localAddress());
            probe.setSoLinger(true, 0);
            probe.close();
        }
        server.config().setAutoRead(true);
    }

    @Test
    void aSecondGuardLeavesTheChannelToTheFirst() throws IOException {
        AcceptGuard first = guard();
        AcceptGuard second = guard();
        try (CapturedLog log = new CapturedLog(Level.WARN, "first guard")) {
            ServerBootstrap bootstrap = new ServerBootstrap()
                    .group(boss, workers)
                    .channelFactory(first.channelFactory(NioServerSocketChannel::new))
                    .handler(second.handler())
                    .childHandler(new Echo());
            assertGuarded(bind(bootstrap));
            assertThat(log.lines(Level.WARN)).hasSize(1).allMatch(line -> line.contains("keeps its first guard"));
        }
        assertThat(first.stats().accepted()).isEqualTo(1);
        assertThat(second.queues()).isEmpty();
    }

    @Test
    void aLaterHandlerTakesTheGuardOut() throws IOException {
        ServerBootstrap bootstrap = bootstrap();
        AcceptGuard guard =
                AcceptGuard.builder().greeting(Greeting.of("hi\n", US_ASCII)).install(bootstrap);
        guards.add(guard);
        assertPlain(bind(bootstrap.handler(new Boss())));
        assertThat(guard.health().ready()).isFalse();
        assertThat(guard.health().reasons()).containsExactly("no address is guarded");
    }

    @Test
    void whatIsNotTcpIsLeftAlone() throws Exception {
        AcceptGuard guard = guard();
        EventLoopGroup local = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        try {
            Channel server = new ServerBootstrap()
                    .group(local)
                    .channel(LocalServerChannel.class)
                    .handler(guard.handler())
                    .childHandler(new Echo())
                    .bind(new LocalAddress("left-alone"))
                    .sync()
                    .channel();
            assertThat(server.pipeline().get(AcceptHandler.class)).isNull();
            assertThat(guard.queues()).isEmpty();
            server.close().sync();
        } finally {
            local.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** As systemd or a checkpoint hands one over. */
    @Test
    void aListenerThatIsBoundAlreadyIsGuardedWhenItIsRegistered() throws IOException {
        AcceptGuard guard = guard();
        try (ServerSocketChannel bound = ServerSocketChannel.open().bind(ANY_PORT)) {
            Channel server = new ServerBootstrap()
                    .group(boss, workers)
                    .channelFactory(() -> new NioServerSocketChannel(bound))
                    .handler(guard.handler())
                    .childHandler(new Echo())
                    .register()
                    .syncUninterruptibly()
                    .channel();
            assertGuarded(server);
            assertThat(guard.health().ready()).isTrue();
        }
    }

    @Test
    void aFailureToAcceptIsShownToBossHandlersWithReadingOffAndIsNotLogged() throws IOException {
        Boss users = new Boss();
        ServerBootstrap bootstrap = bootstrap().handler(users);
        guards.add(AcceptGuard.builder().greeting(Greeting.of("hi\n", US_ASCII)).install(bootstrap));
        Channel server = bind(bootstrap);
        Logger netty = (Logger) LoggerFactory.getLogger("io.netty.channel.DefaultChannelPipeline");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        netty.addAppender(logged);
        try {
            IOException failure = new IOException("on purpose");
            server.pipeline().fireExceptionCaught(failure);
            await().until(() -> !users.autoReadAtFailure.isEmpty());
            assertGuarded(server);
            assertThat(logged.list)
                    .noneMatch(event ->
                            event.getThrowableProxy() instanceof ThrowableProxy told && told.getThrowable() == failure);
        } finally {
            netty.detachAppender(logged);
        }
        assertThat(users.autoReadAtFailure).containsExactly(false);
        assertThat(server.config().isAutoRead()).isTrue();
    }

    @Test
    void whoSwitchesReadingOffInAPauseOfOursKeepsItOff() throws IOException {
        AcceptGuard guard = AcceptGuard.builder().acceptBackoff(attempt -> 50L).build();
        guards.add(guard);
        Channel server = bind(bootstrap().handler(guard.handler()));
        server.eventLoop()
                .submit(() -> {
                    server.pipeline().fireExceptionCaught(new IOException("on purpose"));
                    server.pipeline().fireExceptionCaught(new IOException("on purpose"));
                })
                .syncUninterruptibly();
        assertThat(guard.isPaused()).isTrue();
        server.config().setAutoRead(false);
        await().until(() -> !guard.isPaused());
        assertThat(server.config().isAutoRead()).isFalse();
        server.config().setAutoRead(true);
        assertPlain(server);
    }

    @Test
    void anAllocatorOfTheUsersStays() {
        ServerChannelRecvByteBufAllocator users = new ServerChannelRecvByteBufAllocator();
        Channel server = bind(bootstrap().handler(guard().handler()).option(ChannelOption.RECVBUF_ALLOCATOR, users));
        assertThat((Object) server.config().getRecvByteBufAllocator()).isSameAs(users);
    }

    @Test
    void aBindThatWasCancelledIsNone() {
        ServerBootstrap bootstrap = bootstrap().handler(guard().handler());
        Channel server = bootstrap.register().syncUninterruptibly().channel();
        var cancelled = server.newPromise();
        assertThat(cancelled.cancel(false)).isTrue();
        server.bind(ANY_PORT, cancelled);
        server.eventLoop().submit(() -> {}).syncUninterruptibly();
        assertThat(server.localAddress()).isNull();
        server.close();
    }

    /** An address whose last connection ends just then. */
    @Test
    void anAddressThatIsBoundAgainIsNeverWithoutItsBooks() throws IOException {
        AcceptGuard guard = AcceptGuard.builder().build();
        guards.add(guard);
        guard.metrics().bindTo(new SimpleMeterRegistry());
        ServerBootstrap bootstrap = bootstrap().handler(guard.handler());
        SocketAddress address = ANY_PORT;
        for (int i = 0; i < 40; i++) {
            Channel first = bindWhenFree(bootstrap, address);
            address = first.localAddress();
            Socket client = connect(address);
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('x');
            first.close().syncUninterruptibly();
            client.setSoLinger(true, 0);
            client.close();
            spin(i * 10_000L);
            Channel second = bindWhenFree(bootstrap, address);
            assertThat(guard.health().reasons()).isEmpty();
            second.close().syncUninterruptibly();
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> guard.queues().isEmpty());
        }
    }

    /** On NIO a closed listener goes with its loop's next select. */
    private static Channel bindWhenFree(ServerBootstrap bootstrap, SocketAddress address) {
        return await().pollInterval(Duration.ofMillis(1))
                .until(() -> bootstrap.bind(address).awaitUninterruptibly(), ChannelFuture::isSuccess)
                .channel();
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsBoundAfterADrainIsDrainedByTheNext() throws Exception {
        AcceptGuard guard = guard();
        ServerBootstrap bootstrap = bootstrap().handler(guard.handler());
        bind(bootstrap);
        DrainReport first = drain(guard);
        Channel again = bind(bootstrap);
        assertThat(guard.health().ready()).isTrue();
        assertThat(drain(guard)).isNotSameAs(first);
        assertThat(again.isOpen()).isFalse();
    }

    private static DrainReport drain(AcceptGuard guard) throws Exception {
        return guard.drain(Duration.ZERO, Duration.ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** As HTTP/2's are: children of the connection's channel. */
    @Test
    void streamsOfAConnectionKnowItsPeer() throws Exception {
        AcceptGuard guard = guard();
        List<Channel> connections = new CopyOnWriteArrayList<>();
        ServerBootstrap bootstrap = bootstrap().handler(guard.handler()).childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                connections.add(child);
                child.pipeline().addLast(new Echo());
            }
        });
        try (Socket client = connect(bind(bootstrap).localAddress())) {
            assertThat(client.getInputStream().readNBytes(3)).hasSize(3);
            await().until(() -> !connections.isEmpty());
            Channel stream = new EmbeddedChannel(connections.get(0), id(), true, false);
            assertThat(AcceptGuard.peer(stream).map(Peer::remoteAddress))
                    .contains((InetSocketAddress) client.getLocalSocketAddress());
            assertThat(AcceptGuard.connectionId(stream)).isEqualTo(1);
            assertThat(US_ASCII.decode(AcceptGuard.greeting(stream)).toString()).isEqualTo("hi\n");
        }
    }

    private static ChannelId id() {
        return DefaultChannelId.newInstance();
    }

    @Test
    void nettyFindsTheExtension() {
        assertThat(ServiceLoader.load(ChannelInitializerExtension.class))
                .hasAtLeastOneElementOfType(AcceptGuardExtension.class);
    }

    @Test
    void theExtensionGuardsWhatNettyShowsIt() throws IOException {
        Channel server = bind(extended());
        try {
            assertPlain(server);
            assertThat(server.pipeline().first()).isInstanceOf(AcceptHandler.class);
            assertThat(AcceptGuardExtension.guard().stats().accepted()).isPositive();
        } finally {
            server.close().syncUninterruptibly();
        }
    }

    @Test
    void aSettingOfTheExtensionThatIsWrongIsSaidByTheBind() {
        Properties wrong = new Properties();
        wrong.setProperty("acceptor.guard.settle", "5");
        ServerBootstrap bootstrap = bootstrap()
                .handler(AcceptGuardExtension.handler(
                        () -> GuardProperties.of(wrong).toGuard()));
        assertThat(bootstrap.bind(ANY_PORT).awaitUninterruptibly().cause())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("acceptor.guard.settle=5: must be a time, as 5ms or 2s");
    }

    /** Shown to the extension as Netty shows it: with all set, before it is registered. */
    private ServerBootstrap extended() {
        return new ServerBootstrap()
                .group(boss, workers)
                .childHandler(new Echo())
                .channelFactory(() -> {
                    NioServerSocketChannel server = new NioServerSocketChannel();
                    new AcceptGuardExtension().postInitializeServerListenerChannel(server);
                    return server;
                });
    }
}
