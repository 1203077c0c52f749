package io.acceptor;

import static io.acceptor.HandedSocketThreads.start;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.acceptor.HandedSocketThreads.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS layered on a handed socket, as an SSLSocketFactory does it for any socket. */
class HandedSocketTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final int SIZE = 700_000;

    @TempDir
    static Path directory;

    private static SSLContext context;

    private final AtomicInteger closings = new AtomicInteger();

    @BeforeAll
    static void makeKeyPair() throws Exception {
        Path file = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "test",
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "2",
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
        context = contextFrom(KeyStore.getInstance(file.toFile(), PASSWORD));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesATlsSession(boolean giveBackFirstByte) throws Exception {
        try (ServerSocketChannel listener = listen()) {
            Running<byte[]> client = start(() -> exchangeWith(listener));
            HandedSocket socket = hand(listener.accept(), giveBackFirstByte);
            byte[] request;
            try (SSLSocket tls = layer(socket)) {
                tls.setSoTimeout(30_000);
                request = tls.getInputStream().readAllBytes();
                tls.getOutputStream().write(request);
            }
            assertThat(request).isEqualTo(randomBytes());
            assertThat(client.result()).isEqualTo(request);
            assertThat(closings).hasValue(1);
            assertThat(socket.isClosed()).isTrue();
            assertThat(socket.bytesReceived()).isGreaterThan(SIZE);
            assertThat(socket.bytesSent()).isGreaterThan(SIZE);
            assertThat(socket.peerGone()).isNull();
        }
    }

    @Test
    void aResetBelowTlsIsStillKnownAsThePeers() throws Exception {
        try (ServerSocketChannel listener = listen();
                Socket client = connectTo(listener)) {
            HandedSocket socket = hand(listener.accept(), false);
            Running<Throwable> handshake =
                    start(() -> catchThrowable(() -> layer(socket).startHandshake()));
            handshake.awaitBlocked();
            reset(client);
            assertThat(handshake.result()).isInstanceOf(IOException.class).matches(socket::isOwn);
            assertThat(socket.peerGone()).isNotNull();
        }
    }

    @Test
    void aFailedHandshakeIsNotThePeerGoing() throws Exception {
        try (ServerSocketChannel listener = listen();
                Socket client = connectTo(listener)) {
            HandedSocket socket = hand(listener.accept(), false);
            client.getOutputStream().write(new byte[100]);
            Throwable thrown = catchThrowable(() -> layer(socket).startHandshake());
            assertThat(thrown).isInstanceOf(SSLException.class);
            assertThat(socket.isOwn(thrown)).isFalse();
            assertThat(closings).hasValue(1);
        }
    }

    private HandedSocket hand(SocketChannel channel, boolean giveBackFirstByte) throws IOException {
        int firstByte = -1;
        if (giveBackFirstByte) {
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThat(channel.read(one)).isEqualTo(1);
            firstByte = one.get(0);
        }
        return new HandedSocket(channel, firstByte, socket -> {
            closings.incrementAndGet();
            HandedSocketPair.closeChannel(socket);
        });
    }

    private static SSLSocket layer(HandedSocket socket) throws IOException {
        String client = socket.getInetAddress().getHostAddress();
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, client, socket.getPort(), true);
        tls.setUseClientMode(false);
        return tls;
    }

    /** Sends, half-closes, and returns the answer. */
    private static byte[] exchangeWith(ServerSocketChannel listener) throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(randomBytes());
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static Socket connectTo(ServerSocketChannel listener) throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        return new Socket(address.getAddress(), address.getPort());
    }

    private static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    private static SSLContext contextFrom(KeyStore keys) throws Exception {
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
