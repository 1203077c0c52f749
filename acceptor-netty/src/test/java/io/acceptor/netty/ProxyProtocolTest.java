package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.RejectReason;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come through a balancer which says whose connection it passes on. */
@Timeout(60)
class ProxyProtocolTest {
    private static final String GREETING = "220 ready\r\n";
    private static final String V1 = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\r\n";
    private static final byte[] SIGNATURE = {0xd, 0xa, 0xd, 0xa, 0, 0xd, 0xa, 0x51, 0x55, 0x49, 0x54, 0xa};
    private static final byte LOCAL = 0x20;
    private static final byte PROXY = 0x21;

    private final Queue<Peer> peers = new ConcurrentLinkedQueue<>();
    private NettyAcceptor acceptor;

    @AfterEach
    void close() {
        acceptor.close();
    }

    private void start(NettyTransport transport, ProxyProtocol proxy) throws IOException {
        acceptor = NettyAcceptor.builder()
                .transport(transport)
                .proxyProtocol(proxy)
                .greeting(Greeting.of(GREETING, US_ASCII))
                .admission(peer -> {
                    peers.add(peer);
                    return Admission.admit();
                })
                .childHandler(new Echo())
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(acceptor.localAddress());
        return socket;
    }

    private static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    private static void say(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private static void say(Socket socket, String text) throws IOException {
        say(socket, text.getBytes(US_ASCII));
    }

    private static byte[] v2(byte command) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(command);
        header.writeBytes(new byte[] {0x11, 0, 12, (byte) 192, 0, 2, 7, (byte) 198, 51, 100, 1, 0x12, 0x67, 0, 25});
        return header.toByteArray();
    }

    private void awaitOutcome(Outcome outcome) {
        await().untilAsserted(() -> assertThat(acceptor.stats().outcomes()).containsEntry(outcome, 1L));
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void theClientBehindTheBalancerIsThePeer(NettyTransport transport) throws IOException {
        start(transport, ProxyProtocol.required());
        for (byte[] header : new byte[][] {V1.getBytes(US_ASCII), v2(PROXY)}) {
            peers.clear();
            try (Socket client = connect()) {
                say(client, header);
                assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
                say(client, "ping");
                assertThat(hear(client, 4)).isEqualTo("ping");
            }
            assertThat(peers).singleElement().satisfies(peer -> {
                assertThat(peer.remoteAddress()).isEqualTo(new InetSocketAddress("192.0.2.7", 4711));
                assertThat(peer.localAddress()).isEqualTo(new InetSocketAddress("198.51.100.1", 25));
            });
        }
    }

    @Test
    void nothingIsSaidBeforeTheHeaderAndWhatFollowsItIsNotLost() throws IOException {
        start(NettyTransport.NIO, ProxyProtocol.required());
        try (Socket client = connect()) {
            byte[] header = V1.getBytes(US_ASCII);
            for (int i = 0; i < header.length - 1; i++) {
                say(client, new byte[] {header[i]});
            }
            assertThat(client.getInputStream().available()).isZero();
            say(client, "\nearly");
            assertThat(hear(client, GREETING.length() + 5)).isEqualTo(GREETING + "early");
        }
    }

    @Test
    void aBalancersOwnCheckKeepsItsAddressAndHasItsOwnOutcome() throws IOException {
        start(NettyTransport.NIO, ProxyProtocol.required());
        try (Socket check = connect()) {
            say(check, v2(LOCAL));
            assertThat(hear(check, GREETING.length())).isEqualTo(GREETING);
            assertThat(peers)
                    .singleElement()
                    .satisfies(peer -> assertThat(peer.remoteAddress()).isEqualTo(check.getLocalSocketAddress()));
            check.setSoLinger(true, 0);
        }
        awaitOutcome(Outcome.PROXY_LOCAL);
        assertThat(Outcome.PROXY_LOCAL.isProbeLike()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PROXY TCP4 nonsense\r\n", "PROXY TCP9 1.2.3.4 1.2.3.4 1 2\r\n"})
    void whatIsNoHeaderIsRefused(String sent) throws IOException {
        start(NettyTransport.NIO, ProxyProtocol.required());
        try (Socket client = connect()) {
            say(client, sent);
            assertThat(hear(client, 100)).isEmpty();
        }
        awaitOutcome(Outcome.REJECTED);
        assertThat(acceptor.stats().rejections()).containsEntry(RejectReason.PROXY_HEADER, 1L);
    }

    @Test
    void aHeaderThatDoesNotComeInTimeIsRefused() throws IOException {
        start(NettyTransport.NIO, ProxyProtocol.required().headerTimeout(Duration.ofMillis(100)));
        try (Socket client = connect()) {
            say(client, "PROXY TCP4 ");
            assertThat(hear(client, 100)).isEmpty();
        }
        awaitOutcome(Outcome.REJECTED);
        assertThat(acceptor.stats().rejections()).containsEntry(RejectReason.PROXY_HEADER, 1L);
    }

    @Test
    void whoLeavesBeforeTheHeaderIsAProbe() throws IOException {
        start(NettyTransport.NIO, ProxyProtocol.required());
        connect().close();
        awaitOutcome(Outcome.CLOSED_SILENTLY);
    }

    @Test
    void fromElsewhereNoHeaderIsExpectedAndOneIsOnlyBytes() throws IOException {
        start(NettyTransport.NIO, ProxyProtocol.requiredFrom("10.0.0.0/8", "::1"));
        try (Socket client = connect()) {
            assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
            say(client, V1);
            assertThat(hear(client, V1.length())).isEqualTo(V1);
            assertThat(peers)
                    .singleElement()
                    .satisfies(peer -> assertThat(peer.remoteAddress()).isEqualTo(client.getLocalSocketAddress()));
        }
    }

    @Test
    void networksAreChecked() throws IOException {
        start(NettyTransport.NIO, ProxyProtocol.off());
        for (String wrong : new String[] {"", "10.0.0.0/33", "fd00::/129", "10.0.0/8x", "example.org"}) {
            assertThatThrownBy(() -> ProxyProtocol.requiredFrom(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("network must be");
        }
        assertThat(Network.parse("10.1.0.0/15").contains(InetAddress.getByName("10.0.255.255")))
                .isTrue();
        assertThat(Network.parse("10.1.0.0/16").contains(InetAddress.getByName("10.0.255.255")))
                .isFalse();
        assertThat(Network.parse("fd00::/8").contains(InetAddress.getByName("fdff::1")))
                .isTrue();
        assertThat(Network.parse("::/0").contains(InetAddress.getByName("10.0.0.1")))
                .isFalse();
    }
}
