package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.AcceptorStats;
import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An echo server behind a balancer, which remembers whom it was shown. */
final class ProxiedServer implements AutoCloseable {
    static final String GREETING = "220 ready\r\n";
    static final String REPLY = "421 no header\r\n";
    static final String MISSING_REPLY = "421 no word\r\n";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PERMITS = 100;

    /** Whom the admission policy was asked about. */
    final List<Peer> asked = new CopyOnWriteArrayList<>();
    /** Whom the child handler was given. */
    final List<Peer> handed = new CopyOnWriteArrayList<>();

    final NettyAcceptor acceptor;
    private final Bulkhead bulkhead = Bulkhead.of(
            "proxied",
            BulkheadConfig.custom()
                    .maxConcurrentCalls(PERMITS)
                    .maxWaitDuration(Duration.ZERO)
                    .build());

    /** Listens on all addresses. */
    ProxiedServer(NettyTransport transport, ProxyProtocol proxy) throws IOException {
        acceptor = NettyAcceptor.builder()
                .transport(transport)
                .proxyProtocol(proxy)
                .greeting(Greeting.of(GREETING, US_ASCII))
                .refusal(RejectReason.PROXY_HEADER, Refusal.reply(REPLY.getBytes(US_ASCII)))
                .refusal(RejectReason.PROXY_HEADER_MISSING, Refusal.reply(MISSING_REPLY.getBytes(US_ASCII)))
                .bulkhead(bulkhead)
                .admission(peer -> {
                    asked.add(peer);
                    return Admission.admit();
                })
                .childHandler(new Echo())
                .start(0);
    }

    @Sharable
    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            AcceptGuard.peer(ctx.channel()).ifPresent(handed::add);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    /** A client over IPv4 that sends this at once, if anything. */
    Socket connect(byte[] first) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(LOOPBACK, acceptor.localAddress().getPort()));
        socket.getOutputStream().write(first);
        return socket;
    }

    static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    static void say(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    static void assertTalks(Socket client) throws IOException {
        assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
        say(client, "ping".getBytes(US_ASCII));
        assertThat(hear(client, 4)).isEqualTo("ping");
    }

    static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    void awaitOutcome(Outcome outcome, long times) {
        await().untilAsserted(() -> assertThat(acceptor.stats().outcomes()).containsEntry(outcome, times));
    }

    void awaitRefused(long times) {
        awaitRefused(RejectReason.PROXY_HEADER, times);
        awaitOutcome(Outcome.REJECTED, times);
    }

    void awaitRefused(RejectReason reason, long times) {
        await().untilAsserted(() -> assertThat(acceptor.stats().rejections()).containsEntry(reason, times));
    }

    /** Looks whether the books balance and every permit was given back, then closes. */
    @Override
    public void close() {
        try {
            await().untilAsserted(() -> {
                AcceptorStats stats = acceptor.stats();
                assertThat(stats.ended()).isEqualTo(stats.accepted());
                assertThat(stats.pending()).isZero();
                assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(PERMITS);
            });
        } finally {
            acceptor.close();
        }
    }
}
