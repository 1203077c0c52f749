package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.Greeting;
import io.acceptor.Peer;
import io.acceptor.it.BehindHaproxy;
import io.acceptor.it.BehindHaproxy.Backend;
import io.acceptor.it.CapturedLog;
import io.acceptor.it.Descriptors;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers on Netty's transports behind HAProxy, each once as it is and once with {@code send-proxy-v2}. It lasts 5 seconds;
 * {@code -Dacceptor.it.haproxy.seconds} makes that more or less.
 */
@Timeout(600)
class NettyHaproxyIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("acceptor.it.haproxy.seconds", 5));
    private static final String NAME = "behind-haproxy";

    private final Set<Integer> portsBehind = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void needHaproxy() {
        BehindHaproxy.require();
    }

    private NettyAcceptor start(NettyTransport transport, boolean proxied) throws IOException {
        return NettyAcceptor.builder()
                .name(NAME)
                .transport(transport)
                .proxyProtocol(proxied ? ProxyProtocol.required() : ProxyProtocol.off())
                .greeting(Greeting.of(BehindHaproxy.GREETING, US_ASCII))
                .childHandler(new Echo())
                .start(ANY_PORT);
    }

    @Sharable
    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            Optional<Peer> peer = AcceptGuard.peer(ctx.channel());
            boolean told = peer.isPresent()
                    && !peer.get().remoteAddress().equals(ctx.channel().remoteAddress());
            if (told) {
                portsBehind.add(((InetSocketAddress) ctx.channel().localAddress()).getPort());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    @Test
    void itsChecksAreCountedAndClientsAreServedAllAlong(@TempDir Path directory, TestReporter reporter)
            throws Exception {
        int descriptorsBefore = Descriptors.open();
        List<NettyAcceptor> acceptors = new ArrayList<>();
        List<Backend> backends = new ArrayList<>();
        List<Integer> proxiedPorts = new ArrayList<>();
        try (CapturedLog log = new CapturedLog(Level.DEBUG, NAME)) {
            for (NettyTransport transport : available()) {
                for (boolean proxied : new boolean[] {false, true}) {
                    NettyAcceptor acceptor = start(transport, proxied);
                    acceptors.add(acceptor);
                    int port = acceptor.localAddress().getPort();
                    String name = transport.name().toLowerCase(Locale.ROOT) + (proxied ? "-proxied" : "");
                    backends.add(new Backend(name, port, proxied, acceptor::stats));
                    if (proxied) {
                        proxiedPorts.add(port);
                    }
                }
            }
            BehindHaproxy.checkAndServe(directory, RUN, backends, reporter);
            assertThat(acceptors).allMatch(acceptor -> acceptor.health().ready());
            assertThat(portsBehind)
                    .as("who was told whose connections they got")
                    .containsExactlyInAnyOrderElementsOf(proxiedPorts);
            acceptors.forEach(NettyAcceptor::close);
            assertThat(log.lines(Level.INFO)).isEmpty();
            assertThat(log.lines(Level.DEBUG)).as("it was listened to").isNotEmpty();
        } finally {
            acceptors.forEach(NettyAcceptor::close);
        }
        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptorsBefore));
    }

    private static List<NettyTransport> available() {
        return Stream.of(NettyTransport.NIO, NettyTransport.EPOLL, NettyTransport.IO_URING)
                .filter(NettyTransport::isAvailable)
                .toList();
    }
}
