package io.acceptor;

import static io.acceptor.HandedSocketPair.attempt;
import static io.acceptor.HandedSocketThreads.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.acceptor.HandedSocketPair.Kind;
import io.acceptor.HandedSocketThreads.Running;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Telling a failure that is the peer's doing from all others. */
class HandedSocketPeerGoneTest {

    @ParameterizedTest
    @EnumSource
    void aResetWhileReading(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running<String> reader =
                    start(() -> attempt(() -> read(pair.accepted()))).awaitBlocked();
            pair.reset();
            assertThat(reader.result()).isEqualTo("java.net.SocketException: Connection reset");
            assertThat(attempt(() -> read(pair.accepted()))).isEqualTo("java.net.SocketException: Connection reset");
        }
    }

    @Test
    void urgentDataThatDoesNotGetThroughIsThePeersDoingWhateverThatWas() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            pair.reset();
            Throwable thrown = null;
            while (thrown == null) { // the reset may still be on its way
                thrown = catchThrowable(() -> socket.sendUrgentData(1));
            }
            assertThat(thrown).isInstanceOf(IOException.class).matches(socket::isOwn);
        }
    }

    @Test
    void aResetWhileReadingIsThePeers() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            Running<Throwable> reader =
                    start(() -> catchThrowable(() -> read(socket))).awaitBlocked();
            pair.reset();
            Throwable first = reader.result();
            Throwable second = catchThrowable(() -> read(socket));

            assertThat(first).isExactlyInstanceOf(SocketException.class);
            assertThat(socket.peerGone()).isSameAs(first).isNotSameAs(second);
            assertThat(socket.isOwn(first)).isTrue();
            assertThat(socket.isOwn(second)).isTrue();
            assertThat(socket.inputEnded()).isFalse();
            assertThat(socket.isClosed()).isFalse();
            assertThat(pair.closings()).hasValue(0);
        }
    }

    @Test
    void aResetWhileWritingIsThePeers() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            Running<Throwable> writer =
                    start(() -> catchThrowable(() -> writeForEver(socket))).awaitBlocked();
            pair.reset();
            Throwable thrown = writer.result();
            assertThat(thrown).isExactlyInstanceOf(SocketException.class).hasCauseInstanceOf(IOException.class);
            assertThat(thrown).hasMessage(thrown.getCause().getMessage());
            assertThat(socket.peerGone()).isSameAs(thrown);
            assertThat(socket.isOwn(thrown)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void writingOnAfterAReset(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            pair.client().getOutputStream().write(1);
            read(pair.accepted());
            pair.reset();
            assertThatThrownBy(() -> writeForEver(pair.accepted())).isExactlyInstanceOf(SocketException.class);
            assertThat(attempt(() -> writeForEver(pair.accepted()))).isEqualTo("java.net.SocketException: Broken pipe");
        }
    }

    @Test
    void aConnectionThatIsDeadOnArrivalIsStillASocket() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int clientPort = connectAndReset((InetSocketAddress) listener.getLocalAddress());
            HandedSocket socket = new HandedSocket(listener.accept(), -1, HandedSocketPair::closeChannel);
            assertThat(socket.getPort()).isEqualTo(clientPort);
            assertThat(attempt(() -> read(socket))).isEqualTo("java.net.SocketException: Connection reset");
            assertThat(socket.peerGone()).isNotNull();
            socket.close();
        }
    }

    @Test
    void whatWasCausedByItIsOursToo() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed();
                HandedSocketPair other = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            pair.reset();
            other.reset();
            IOException own = (IOException) catchThrowable(() -> read(socket));
            Throwable others = catchThrowable(() -> read(other.accepted()));

            assertThat(socket.isOwn(new IllegalStateException(new UncheckedIOException(own))))
                    .isTrue();
            assertThat(socket.isOwn(others)).isFalse();
            assertThat(socket.isOwn(new SocketException("Connection reset"))).isFalse();
            assertThat(socket.isOwn(circle())).isFalse();
        }
    }

    @Test
    void nothingIsOursBeforeAFailure() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            assertThat(pair.handedSocket().peerGone()).isNull();
            assertThat(pair.handedSocket().isOwn(new SocketException("Connection reset")))
                    .isFalse();
        }
    }

    @Test
    void aTimeoutIsNotThePeers() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            socket.setSoTimeout(10);
            Throwable timeout = catchThrowable(() -> read(socket));
            assertThat(timeout).isExactlyInstanceOf(SocketTimeoutException.class);
            assertThat(socket.peerGone()).isNull();
            assertThat(socket.isOwn(timeout)).isFalse();
        }
    }

    @Test
    void ourOwnCloseAndShutdownAreNotThePeers() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            OutputStream out = socket.getOutputStream();
            socket.shutdownOutput();
            Throwable afterShutdown = catchThrowable(() -> out.write(1));
            socket.close();
            Throwable afterClose = catchThrowable(() -> out.write(1));
            assertThat(afterShutdown).hasMessage("Broken pipe");
            assertThat(afterClose).hasMessage("Socket closed");
            assertThat(socket.isOwn(afterShutdown)).isFalse();
            assertThat(socket.isOwn(afterClose)).isFalse();
            assertThat(socket.peerGone()).isNull();
        }
    }

    @Test
    void theClientsFinIsAnEndAndNoFailure() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            assertThat(socket.inputEnded()).isFalse();
            pair.client().shutdownOutput();
            assertThat(read(socket)).isEqualTo(-1);
            assertThat(socket.inputEnded()).isTrue();
            assertThat(socket.peerGone()).isNull();
        }
    }

    @Test
    void anEndOfOurOwnMakingIsNotTheClientsFin() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            Running<Integer> reader = start(() -> read(socket)).awaitBlocked();
            socket.shutdownInput();
            assertThat(reader.result()).isEqualTo(-1);
            assertThat(socket.inputEnded()).isFalse();
        }
    }

    private static int connectAndReset(InetSocketAddress address) throws IOException {
        Socket client = new Socket(address.getAddress(), address.getPort());
        int port = client.getLocalPort();
        client.setSoLinger(true, 0);
        client.close();
        return port;
    }

    private static Object writeForEver(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        while (true) {
            out.write(new byte[100_000]);
        }
    }

    private static int read(Socket socket) throws IOException {
        return socket.getInputStream().read();
    }

    private static Throwable circle() {
        Exception inner = new IllegalStateException("inner");
        Exception outer = new IllegalStateException("outer", inner);
        inner.initCause(outer);
        return outer;
    }
}
