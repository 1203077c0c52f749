package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JDK's extended socket options, which each transport names in its own way. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SocketOptionsTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int IDLE = 77;
    private static final int INTERVAL = 11;
    private static final int COUNT = 3;

    private static final Map<NettyTransport, List<ChannelOption<Integer>>> NAMES = Map.of(
            NettyTransport.NIO,
            Stream.of(
                            ExtendedSocketOptions.TCP_KEEPIDLE,
                            ExtendedSocketOptions.TCP_KEEPINTERVAL,
                            ExtendedSocketOptions.TCP_KEEPCOUNT)
                    .map(NioChannelOption::of)
                    .toList(),
            NettyTransport.EPOLL,
            List.of(EpollChannelOption.TCP_KEEPIDLE, EpollChannelOption.TCP_KEEPINTVL, EpollChannelOption.TCP_KEEPCNT),
            NettyTransport.IO_URING,
            List.of(
                    IoUringChannelOption.TCP_KEEPIDLE,
                    IoUringChannelOption.TCP_KEEPINTVL,
                    IoUringChannelOption.TCP_KEEPCNT));

    @Sharable
    private static final class TellsOptions extends ChannelInboundHandlerAdapter {
        private final List<ChannelOption<Integer>> names;

        TellsOptions(List<ChannelOption<Integer>> names) {
            this.names = names;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            names.forEach(name ->
                    ctx.write(ctx.alloc().buffer(4).writeInt(channel.config().getOption(name))));
            ctx.flush();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void extendedOptionsAreSetOnEveryTransport(NettyTransport transport) throws IOException {
        Transports.assumeAvailable(transport);
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                        .transport(transport)
                        .option(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE)
                        .option(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL)
                        .option(ExtendedSocketOptions.TCP_KEEPCOUNT, COUNT)
                        .option(ExtendedSocketOptions.TCP_QUICKACK, true)
                        .childHandler(new TellsOptions(NAMES.get(transport)))
                        .start(ANY_PORT);
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(),
                        acceptor.localAddress().getPort())) {
            DataInputStream told = new DataInputStream(client.getInputStream());
            assertThat(List.of(told.readInt(), told.readInt(), told.readInt())).containsExactly(IDLE, INTERVAL, COUNT);
        }
    }

    @Test
    void anOptionThatTheTransportDoesNotHaveIsRefusedAtTheStart() {
        Transports.assumeAvailable(NettyTransport.EPOLL);
        assertThatThrownBy(() -> NettyAcceptor.builder()
                        .transport(NettyTransport.EPOLL)
                        .option(StandardSocketOptions.SO_REUSEPORT, true)
                        .childHandler(new TellsOptions(List.of()))
                        .start(ANY_PORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option SO_REUSEPORT is not one of EpollServerSocketChannel:"
                        + " a child handler can set what Netty has in its place");
    }
}
