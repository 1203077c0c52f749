package io.acceptor;

import static io.acceptor.HandedSocketPair.assertNoDifference;
import static io.acceptor.HandedSocketPair.attempt;
import static io.acceptor.HandedSocketThreads.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.acceptor.HandedSocketPair.Kind;
import io.acceptor.HandedSocketThreads.Running;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing: from other threads, at any moment, and how the owner hears of it. */
class HandedSocketCloseTest {
    /** More than the buffers of both sides take: whoever writes it to a client that does not read must wait. */
    private static final int TOO_MUCH = 96 * 1024 * 1024;

    @ParameterizedTest
    @EnumSource
    void wakesABlockedReader(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            InputStream in = pair.accepted().getInputStream();
            Running<String> reader = start(() -> attempt(in::read)).awaitBlocked();
            pair.accepted().close();
            assertThat(reader.result()).isEqualTo("java.net.SocketException: Socket closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void wakesAReaderThatHasATimeout(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            pair.accepted().setSoTimeout(60_000);
            InputStream in = pair.accepted().getInputStream();
            Running<String> reader = start(() -> attempt(in::read)).awaitBlocked();
            pair.accepted().close();
            assertThat(reader.result()).isEqualTo("java.net.SocketException: Socket closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void wakesABlockedWriter(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running<String> writer = startWriting(pair.accepted()).awaitBlocked();
            pair.accepted().close();
            assertThat(writer.result()).isEqualTo("java.net.SocketException: Socket closed");
        }
    }

    @Test
    void wakesReadersAndWritersThatWaitForTheirTurn() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            InputStream in = pair.accepted().getInputStream();
            List<Running<String>> blocked = List.of(
                    start(() -> attempt(in::read)),
                    start(() -> attempt(in::read)),
                    startWriting(pair.accepted()),
                    startWriting(pair.accepted()));
            await().until(() ->
                    blocked.stream().filter(HandedSocketCloseTest::waiting).count() == 2);
            pair.accepted().close();
            for (Running<String> each : blocked) {
                assertThat(each.result()).isEqualTo("java.net.SocketException: Socket closed");
            }
            assertThat(pair.handedSocket().idle()).isTrue();
            assertThat(pair.handedSocket().peerGone()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownOutputWakesABlockedWriter(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running<String> writer = startWriting(pair.accepted()).awaitBlocked();
            pair.accepted().shutdownOutput();
            assertThat(writer.result()).isEqualTo("java.net.SocketException: Broken pipe");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownInputWakesABlockedReader(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            InputStream in = pair.accepted().getInputStream();
            Running<String> reader = start(() -> attempt(in::read)).awaitBlocked();
            pair.accepted().shutdownInput();
            assertThat(reader.result()).isEqualTo("-1");
        }
    }

    @Test
    void tellsTheOwnerOnceWhoeverCloses() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            InputStream in = pair.accepted().getInputStream();
            OutputStream out = pair.accepted().getOutputStream();
            CountDownLatch go = new CountDownLatch(1);
            List<Running<String>> closers =
                    List.of(closer(go, pair.accepted()), closer(go, in), closer(go, out), closer(go, pair.accepted()));
            go.countDown();
            for (Running<String> closer : closers) {
                assertThat(closer.result()).isEqualTo("closed");
            }
            assertThat(pair.closings()).hasValue(1);
        }
    }

    @Test
    void keepsTheClientsLastWordWhenTheOwnerHasClosedTheChannel() throws Exception {
        assertNoDifference((accepted, client) -> {
            client.getOutputStream().write(1);
            client.shutdownOutput();
            InputStream in = accepted.getInputStream();
            return List.of(in.read(), attempt(in::read), attempt(() -> {
                accepted.close();
                return in.read();
            }));
        });
    }

    @Test
    void aChannelClosedByItsOwnerIsAClosedSocket() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            Running<String> reader = start(() -> attempt(() -> read(socket))).awaitBlocked();
            socket.channel().close();
            assertThat(reader.result()).isEqualTo("java.net.SocketException: Socket closed");
            assertThat(socket.isClosed()).isTrue();
            assertThat(attempt(socket::getSoTimeout)).isEqualTo("java.net.SocketException: Socket is closed");
            assertThat(attempt(socket::getInputStream)).isEqualTo("java.net.SocketException: Socket is closed");
            assertThat(socket.peerGone()).isNull();
            assertThat(pair.closings()).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatFailsAfterCloseFailsOfIt(boolean reset) throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed(owner -> {})) { // an owner that takes its time
            HandedSocket socket = pair.handedSocket();
            socket.setSoTimeout(reset ? 60_000 : 2_000);
            Running<String> reader = start(() -> attempt(() -> read(socket))).awaitBlocked();
            socket.close();
            if (reset) {
                pair.reset();
            }
            assertThat(reader.result()).isEqualTo("java.net.SocketException: Socket closed");
            assertThat(socket.peerGone()).isNull();
            socket.channel().close();
        }
    }

    @Test
    void anInterruptedReaderClosesTheSocket() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            AtomicBoolean stillInterrupted = new AtomicBoolean();
            Running<Object> reader = start(() -> {
                assertThatThrownBy(() -> read(socket))
                        .isExactlyInstanceOf(SocketException.class)
                        .hasMessage("Closed by interrupt")
                        .hasCauseInstanceOf(ClosedByInterruptException.class);
                stillInterrupted.set(Thread.currentThread().isInterrupted());
                return socket;
            });
            reader.awaitBlocked().thread().interrupt();
            assertThat(reader.result()).isSameAs(socket);
            assertThat(stillInterrupted).isTrue();
            assertThat(socket.isClosed()).isTrue();
            assertThat(socket.peerGone()).isNull();
            assertThat(pair.closings()).hasValue(1);
        }
    }

    @Test
    void anInterruptedWriterClosesTheSocket() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            Running<String> writer = startWriting(pair.accepted()).awaitBlocked();
            writer.thread().interrupt();
            assertThat(writer.result()).isEqualTo("java.net.SocketException: Closed by interrupt");
            assertThat(pair.handedSocket().peerGone()).isNull();
            assertThat(pair.closings()).hasValue(1);
        }
    }

    private static int read(Socket socket) throws Exception {
        return socket.getInputStream().read();
    }

    private static Running<String> startWriting(Socket socket) {
        return start(() -> attempt(() -> {
            socket.getOutputStream().write(new byte[TOO_MUCH]);
            return "written";
        }));
    }

    private static Running<String> closer(CountDownLatch go, AutoCloseable closeable) {
        return start(() -> {
            go.await();
            closeable.close();
            return "closed";
        });
    }

    private static boolean waiting(Running<?> running) {
        return running.thread().getState() == Thread.State.WAITING;
    }
}
