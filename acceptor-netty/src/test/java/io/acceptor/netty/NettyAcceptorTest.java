package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.it.Peers;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is special to a whole server on Netty. */
@Timeout(60)
class NettyAcceptorTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);

    private static NettyAcceptor.Builder echo(NettyTransport transport) {
        return NettyAcceptor.builder().transport(transport).childHandler(new Echo());
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    private static void assertEchoes(InetSocketAddress address) throws IOException {
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write("ping".getBytes(US_ASCII));
            assertThat(client.getInputStream().readNBytes(4)).isEqualTo("ping".getBytes(US_ASCII));
        }
    }

    @Test
    void itListensOnSeveralAddressesWithOneSetOfBooks() throws IOException {
        try (NettyAcceptor acceptor = echo(NettyTransport.NIO).acceptors(2).start(ANY_PORT, ANY_PORT)) {
            assertThat(acceptor.localAddresses()).hasSize(2).doesNotHaveDuplicates();
            assertThat(acceptor.queues()).hasSize(2);
            for (InetSocketAddress address : acceptor.localAddresses()) {
                assertEchoes(address);
            }
            await().untilAsserted(() -> assertThat(acceptor.stats().outcomes()).containsEntry(Outcome.COMPLETED, 2L));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void anAddressInUseIsNamedAndNothingStaysBound(NettyTransport transport) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            InetSocketAddress address = new InetSocketAddress(LOOPBACK, taken.getLocalPort());
            for (int acceptors = 1; acceptors <= 2; acceptors++) {
                NettyAcceptor.Builder builder = echo(transport).acceptors(acceptors);
                assertThatThrownBy(() -> builder.start(ANY_PORT, address))
                        .isInstanceOf(BindException.class)
                        .hasMessageContaining("cannot bind 127.0.0.1:" + taken.getLocalPort());
            }
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("acceptor-")));
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aPortIsSharedOnPurposeAndWithThoseWhoShareIt(NettyTransport transport) throws IOException {
        try (NettyAcceptor first = echo(transport).acceptors(2).start(ANY_PORT);
                NettyAcceptor joined = echo(transport).sharePort().start(first.localAddress())) {
            assertThat(joined.localAddress()).isEqualTo(first.localAddress());
            assertThatThrownBy(() -> echo(transport).start(first.localAddress()))
                    .isInstanceOf(BindException.class);
        }
        try (ServerSocket alone = new ServerSocket(0, 1, LOOPBACK)) {
            InetSocketAddress address = new InetSocketAddress(LOOPBACK, alone.getLocalPort());
            assertThatThrownBy(() -> echo(transport).sharePort().start(address))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("cannot bind 127.0.0.1:" + alone.getLocalPort())
                    .hasMessageContaining("does not share it");
        }
        assertThatThrownBy(() -> echo(transport).sharePort().start(ANY_PORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sharePort()")
                .hasMessageContaining("was 0");
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void aGreetingAndDeferredAcceptExcludeEachOther(NettyTransport transport) {
        Transports.assumeAvailable(transport);
        NettyAcceptor.Builder builder =
                echo(transport).greeting(Greeting.of("hello", US_ASCII)).deferAccept(Duration.ofSeconds(1));
        assertThatThrownBy(() -> builder.start(ANY_PORT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TCP_DEFER_ACCEPT")
                .hasMessageContaining("greeting");
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("acceptor-")));
    }

    @Test
    void aGuardRefusesDeferredAcceptWithItsGreetingToo() {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NettyTransport.EPOLL.ioHandlers());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NettyTransport.EPOLL.serverChannel())
                .option(EpollChannelOption.TCP_DEFER_ACCEPT, 5)
                .childHandler(new Echo());
        try (AcceptGuard guard =
                AcceptGuard.builder().greeting(Greeting.of("hello", US_ASCII)).install(bootstrap)) {
            assertThatThrownBy(() -> bootstrap.bind(ANY_PORT).syncUninterruptibly())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("TCP_DEFER_ACCEPT (");
            assertThat(guard.queues()).isEmpty();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void deferredAcceptKeepsSilentClientsAndProbesInTheKernel(NettyTransport transport) throws IOException {
        Transports.assumeAvailable(transport);
        try (NettyAcceptor acceptor =
                echo(transport).deferAccept(Duration.ofSeconds(30)).start(ANY_PORT)) {
            try (Socket silent = new Socket(LOOPBACK, acceptor.localAddress().getPort())) {
                for (int i = 0; i < 20; i++) {
                    Peers.probe(acceptor.localAddress().getPort());
                }
                assertEchoes(acceptor.localAddress());
                assertThat(acceptor.stats().accepted())
                        .as("who has spoken, and nobody of those who came before")
                        .isEqualTo(1);
                assertThat(silent.isConnected()).isTrue();
            }
        }
    }

    @Test
    void onNioThereIsNoDeferredAccept() {
        assertThatThrownBy(() -> echo(NettyTransport.NIO)
                        .deferAccept(Duration.ofSeconds(1))
                        .start(ANY_PORT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("native transport");
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void socketOptionsAreSetOnWhatIsHandedOver(NettyTransport transport) throws IOException {
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                .transport(transport)
                .option(StandardSocketOptions.SO_KEEPALIVE, true)
                .childHandler(new TellsKeepAlive())
                .start(ANY_PORT)) {
            try (Socket client = new Socket(LOOPBACK, acceptor.localAddress().getPort())) {
                assertThat(client.getInputStream().read()).isEqualTo('y');
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aChildOptionIsNotOverruledByADefault(NettyTransport transport) throws IOException {
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                .transport(transport)
                .childOption(ChannelOption.SO_KEEPALIVE, false)
                .childHandler(new TellsKeepAlive())
                .start(ANY_PORT)) {
            try (Socket client = new Socket(LOOPBACK, acceptor.localAddress().getPort())) {
                assertThat(client.getInputStream().read()).isEqualTo('n');
            }
        }
    }

    @Sharable
    private static final class TellsKeepAlive extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            boolean on = Boolean.TRUE.equals(ctx.channel().config().getOption(ChannelOption.SO_KEEPALIVE));
            ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte(on ? 'y' : 'n'));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void closedOnOneOfItsLoopsItDoesNotWaitForTheOthers(NettyTransport transport) throws Exception {
        Closes closes = new Closes();
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                .transport(transport)
                .acceptors(2)
                .childHandler(closes)
                .start(ANY_PORT)) {
            closes.acceptor.complete(acceptor);
            try (Socket client = new Socket(LOOPBACK, acceptor.localAddress().getPort())) {
                client.getOutputStream().write('x');
                assertThat(closes.took.get(10, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(1));
            }
        }
    }

    @Sharable
    private static final class Closes extends ChannelInboundHandlerAdapter {
        final CompletableFuture<NettyAcceptor> acceptor = new CompletableFuture<>();
        final CompletableFuture<Duration> took = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            long start = System.nanoTime();
            acceptor.join().close();
            took.complete(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** With io_uring, Netty says nothing more when what was sent has been read. */
    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whoSpeaksAndResetsAtOnceIsNotForgotten(NettyTransport transport) throws IOException {
        Transports.assumeAvailable(transport);
        ChannelInboundHandlerAdapter silent = new ChannelInboundHandlerAdapter() {
            @Override
            public boolean isSharable() {
                return true;
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ReferenceCountUtil.release(msg);
            }
        };
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                .transport(transport)
                .childHandler(silent)
                .start(ANY_PORT)) {
            for (int i = 0; i < 50; i++) {
                try (Socket client =
                        new Socket(LOOPBACK, acceptor.localAddress().getPort())) {
                    client.getOutputStream().write("hello".getBytes(US_ASCII));
                    client.setSoLinger(true, 0);
                }
            }
            await().untilAsserted(() -> assertThat(acceptor.stats().outcomes()).containsEntry(Outcome.PEER_RESET, 50L));
        }
    }

    @Test
    void withoutAChildHandlerItDoesNotStart() {
        assertThatThrownBy(() -> NettyAcceptor.builder().start(ANY_PORT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("childHandler");
    }
}
