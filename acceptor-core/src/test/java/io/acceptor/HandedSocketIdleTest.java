package io.acceptor;

import static io.acceptor.HandedSocketPair.attempt;
import static io.acceptor.HandedSocketThreads.start;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.HandedSocketThreads.Running;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Knowing that no thread is inside the channel, so that its owner can linger on it. */
class HandedSocketIdleTest {
    @Test
    void isIdleUnlessAThreadIsInside() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            assertThat(socket.idle()).isTrue();
            Running<Integer> reader =
                    start(() -> socket.getInputStream().read()).awaitBlocked();
            assertThat(socket.idle()).isFalse();
            pair.client().getOutputStream().write(9);
            assertThat(reader.result()).isEqualTo(9);
            assertThat(socket.idle()).isTrue();
            socket.close();
            assertThat(attempt(() -> socket.getInputStream().read())).startsWith("java.net.SocketException");
            assertThat(socket.idle()).isTrue();
        }
    }

    /** A socket that is idle after close() can be made non-blocking at once: nobody is in the channel, nobody will be. */
    @Test
    void onceClosedAndIdleTheChannelIsTheOwnersAlone() throws Exception {
        Random random = new Random(20260117);
        AtomicInteger taken = new AtomicInteger();
        for (int round = 0; round < 400; round++) {
            try (HandedSocketPair pair =
                    HandedSocketPair.handed(socket -> takeIfIdle(socket, taken), new byte[50_000])) {
                closeInTheMiddle(pair.handedSocket(), random.nextInt(20_000));
            }
        }
        assertThat(taken).hasPositiveValue();
    }

    private static void takeIfIdle(HandedSocket socket, AtomicInteger taken) {
        if (!socket.idle()) {
            HandedSocketPair.closeChannel(socket);
            return;
        }
        try {
            socket.channel().configureBlocking(false);
            taken.incrementAndGet();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Both threads come and go all the time; whoever touches a non-blocking channel gets another exception. */
    private static void closeInTheMiddle(HandedSocket socket, int spins) throws Exception {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        Running<String> reader = start(() -> attempt(() -> {
            while (true) {
                in.read();
            }
        }));
        Running<String> writer = start(() -> attempt(() -> {
            while (true) {
                out.write(1);
            }
        }));
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
        socket.close();
        assertThat(reader.result()).isEqualTo("java.net.SocketException: Socket closed");
        assertThat(writer.result()).isEqualTo("java.net.SocketException: Socket closed");
        assertThat(socket.idle()).isTrue();
        assertThat(socket.peerGone()).isNull();
        socket.channel().close();
    }
}
