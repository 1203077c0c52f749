package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guarded bootstrap whose child handlers speak TLS: the greeting is plain and comes before the handshake. */
@Timeout(60)
class GuardTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String GREETING = "+OK begin TLS\r\n";
    private static final int SIZE = 700_000;

    @TempDir
    static Path directory;

    private static KeyManagerFactory keys;
    private static SSLContext clientContext;

    private EventLoopGroup loops;

    @BeforeAll
    static void makeKeyPair() throws Exception {
        Path file = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(60, SECONDS)).isTrue();
        assertThat(keytool.exitValue())
                .as(Files.readString(directory.resolve("keytool.log")))
                .isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        clientContext = SSLContext.getInstance("TLS");
        clientContext.init(null, trust.getTrustManagers(), null);
    }

    @AfterEach
    void endLoops() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private ServerBootstrap bootstrap(NettyTransport transport, boolean first) throws Exception {
        SslContext tls = SslContextBuilder.forServer(keys).build();
        loops = new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory("tls", true), transport.ioHandlers());
        return new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast("echo", new Echo());
                        SslHandler handler = tls.newHandler(channel.alloc());
                        if (first) {
                            channel.pipeline().addFirst(handler);
                        } else {
                            channel.pipeline().addBefore("echo", null, handler);
                        }
                    }
                });
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void theGreetingIsPlainAndTheRestIsTls(NettyTransport transport) throws Exception {
        ServerBootstrap bootstrap = bootstrap(transport, false);
        try (AcceptGuard guard =
                AcceptGuard.builder().greeting(Greeting.of(GREETING, US_ASCII)).install(bootstrap)) {
            Channel server = bootstrap
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            try (Socket plain = new Socket()) {
                plain.setSoTimeout(10_000);
                plain.connect(server.localAddress());
                assertThat(plain.getInputStream().readNBytes(GREETING.length())).isEqualTo(GREETING.getBytes(US_ASCII));
                assertEchoes(plain);
            }
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
    }

    /** As many put it there. The handshake is over before the client's turn: what it says then is kept, and goes through TLS once. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void tlsThatStandsBeforeTheGuardSeesEarlyInputOnce(NettyTransport transport) throws Exception {
        ServerBootstrap bootstrap = bootstrap(transport, true);
        try (AcceptGuard guard =
                AcceptGuard.builder().awaitFirstByte(Duration.ofMinutes(1)).install(bootstrap)) {
            Channel server = bootstrap
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            try (Socket plain = new Socket()) {
                plain.setSoTimeout(10_000);
                plain.connect(server.localAddress());
                assertEchoes(plain);
            }
            await().untilAsserted(() -> assertThat(guard.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
    }

    private static void assertEchoes(Socket plain) throws IOException {
        byte[] much = new byte[SIZE];
        new Random(8).nextBytes(much);
        try (SSLSocket tls = (SSLSocket) clientContext.getSocketFactory().createSocket(plain, "localhost", 0, false)) {
            Thread writer = new Thread(() -> {
                try {
                    tls.getOutputStream().write(much);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();
            assertThat(tls.getInputStream().readNBytes(SIZE)).isEqualTo(much);
        }
    }
}
