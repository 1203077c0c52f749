package io.acceptor;

import static io.acceptor.HandedSocketPair.attempt;
import static io.acceptor.HandedSocketThreads.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.acceptor.HandedSocketThreads.Running;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The byte that is given back, the counts, and large transfers in both directions at once. */
class HandedSocketBytesTest {
    private static final int MEGABYTES = 6 * 1024 * 1024;

    @Test
    void theFirstByteComesFirstWithAllThatIsThere() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed("hello".getBytes(UTF_8))) {
            HandedSocket socket = pair.handedSocket();
            InputStream in = socket.getInputStream();
            await().until(() -> in.available() == 5);
            assertThat(socket.bytesReceived()).isEqualTo(1);
            byte[] bytes = new byte[100];
            assertThat(in.read(bytes, 10, 50)).isEqualTo(5);
            assertThat(new String(bytes, 10, 5, UTF_8)).isEqualTo("hello");
            assertThat(in.available()).isZero();
            assertThat(socket.bytesReceived()).isEqualTo(5);
        }
    }

    @Test
    void theFirstByteIsNotWaitedWith() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed((byte) 0xff)) {
            InputStream in = pair.accepted().getInputStream();
            assertThat(in.available()).isEqualTo(1);
            assertThat(in.read(new byte[0])).isZero();
            assertThat(start(() -> in.read(new byte[100])).result()).isEqualTo(1);
            assertThat(pair.handedSocket().bytesReceived()).isEqualTo(1);
        }
    }

    @Test
    void theFirstByteAloneIfNoMoreIsAskedFor() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed((byte) 0xfe, (byte) 2, (byte) 3)) {
            InputStream in = pair.accepted().getInputStream();
            assertThat(in.read()).isEqualTo(0xfe);
            assertThat(in.read()).isEqualTo(2);
            assertThat(in.skip(1)).isEqualTo(1);
            pair.client().shutdownOutput();
            assertThat(in.read()).isEqualTo(-1);
            assertThat(pair.handedSocket().bytesReceived()).isEqualTo(3);
        }
    }

    @Test
    void theFirstByteSurvivesTheClientsReset() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed(new byte[] {7})) {
            InputStream in = pair.accepted().getInputStream();
            pair.reset();
            assertThat(in.read(new byte[10])).isEqualTo(1);
            assertThat(catchThrowable(() -> in.read(new byte[10])))
                    .isSameAs(pair.handedSocket().peerGone());
            assertThat(pair.handedSocket().peerGone()).isNotNull();
        }
    }

    @Test
    void theFirstByteIsDroppedWithTheInput() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed(new byte[] {7, 8})) {
            InputStream in = pair.accepted().getInputStream();
            pair.accepted().shutdownInput();
            assertThat(in.available()).isZero();
            assertThat(in.read()).isEqualTo(-1);
            assertThat(pair.handedSocket().inputEnded()).isFalse();
        }
    }

    @Test
    void theFirstByteIsGoneWithAClose() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed(new byte[] {7, 8})) {
            InputStream in = pair.accepted().getInputStream();
            pair.accepted().close();
            assertThat(attempt(in::read)).isEqualTo("java.net.SocketException: Socket closed");
            assertThat(attempt(in::available)).isEqualTo("java.net.SocketException: Socket closed");
        }
    }

    @Test
    void bothDirectionsAreCounted() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            OutputStream out = socket.getOutputStream();
            out.write(1);
            out.write(new byte[200_000], 5, 150_000);
            out.write(new byte[0]);
            socket.sendUrgentData(3);
            assertThat(socket.bytesSent()).isEqualTo(150_002);
            assertThat(socket.bytesReceived()).isZero();
            pair.client().getOutputStream().write(new byte[10]);
            assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
            assertThat(socket.bytesReceived()).isEqualTo(10);
        }
    }

    @Test
    void aWriteThatFailsHalfwayIsCountedAsFarAsItWent() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            byte[] large = new byte[64 * 1024 * 1024];
            Running<String> writer = start(() -> attempt(() -> {
                        socket.getOutputStream().write(large);
                        return "written";
                    }))
                    .awaitBlocked();
            long arrived = pair.client().getInputStream().readNBytes(300_000).length;
            socket.close();
            assertThat(writer.result()).isEqualTo("java.net.SocketException: Socket closed");
            arrived += pair.client().getInputStream().readAllBytes().length;
            assertThat(socket.bytesSent()).isEqualTo(arrived).isLessThan(large.length);
        }
    }

    @Test
    void twoWritersDoNotMix() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            int block = 3_000_000;
            int rounds = 8;
            Running<Integer> ones = start(() -> writeBlocks(pair.accepted(), block, rounds, 1));
            Running<Integer> twos = start(() -> writeBlocks(pair.accepted(), block, rounds, 2));
            InputStream in = pair.client().getInputStream();
            for (int i = 0; i < 2 * rounds; i++) {
                byte[] expected = new byte[block];
                int writer = in.read();
                Arrays.fill(expected, (byte) writer);
                assertThat(Arrays.mismatch(in.readNBytes(block - 1), expected)).isEqualTo(block - 1);
            }
            assertThat(ones.result() + twos.result()).isEqualTo(2 * rounds);
        }
    }

    /** The channel copies what it is given into a direct buffer of the same size: it must not be given much at once. */
    @Test
    void largeArraysTakeNoLargeDirectBuffers() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            byte[] large = new byte[64 * 1024 * 1024];
            long before = directMemory();
            Running<String> reader =
                    start(() -> attempt(() -> pair.accepted().getInputStream().read(large)));
            Running<String> writer = start(() -> attempt(() -> {
                pair.accepted().getOutputStream().write(large);
                return "written";
            }));
            reader.awaitBlocked();
            writer.awaitBlocked();
            assertThat(directMemory() - before).isLessThan(1024 * 1024);
            pair.accepted().close();
            assertThat(reader.result()).isEqualTo(writer.result()).isEqualTo("java.net.SocketException: Socket closed");
        }
    }

    @Test
    void choosingToLingerIsRemembered() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            HandedSocket socket = pair.handedSocket();
            assertThat(socket.lingerChosen()).isFalse();
            socket.setSoLinger(true, 0);
            assertThat(socket.lingerChosen()).isTrue();
            socket.setSoLinger(false, 9);
            assertThat(socket.lingerChosen()).isFalse();
            socket.setOption(StandardSocketOptions.SO_LINGER, 3);
            assertThat(socket.lingerChosen()).isTrue();
            socket.setOption(StandardSocketOptions.SO_LINGER, -1);
            assertThat(socket.lingerChosen()).isFalse();
            assertThat(attempt(() -> socket.setOption(StandardSocketOptions.SO_LINGER, null)))
                    .startsWith("java.lang.IllegalArgumentException");
            assertThat(socket.lingerChosen()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 30_000})
    void megabytesArriveIntactInBothDirectionsAtOnce(int timeoutMillis) throws Exception {
        byte[] head = {42};
        try (HandedSocketPair pair = HandedSocketPair.handed(head)) {
            Socket accepted = pair.accepted();
            accepted.setSoTimeout(timeoutMillis);
            Running<Long> clientSends = start(() -> send(pair.client(), 1));
            Running<Long> weSend = start(() -> send(accepted, 2));
            Running<Long> clientReads = start(() -> receive(pair.client(), 2));
            assertThat(accepted.getInputStream().readNBytes(1)).isEqualTo(head);
            long received = receive(accepted, 1);
            assertThat(received).isEqualTo(clientSends.result()).isEqualTo(MEGABYTES);
            assertThat(clientReads.result()).isEqualTo(weSend.result()).isEqualTo(MEGABYTES);
            assertThat(pair.handedSocket().bytesReceived()).isEqualTo(1 + MEGABYTES);
            assertThat(pair.handedSocket().bytesSent()).isEqualTo(MEGABYTES);
            assertThat(pair.handedSocket().inputEnded()).isTrue();
        }
    }

    private static int writeBlocks(Socket socket, int size, int count, int value) throws IOException {
        byte[] block = new byte[size];
        Arrays.fill(block, (byte) value);
        for (int i = 0; i < count; i++) {
            socket.getOutputStream().write(block);
        }
        return count;
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Sends the seed's bytes in pieces of random size, from random offsets, single bytes among them. */
    private static long send(Socket socket, long seed) throws IOException {
        byte[] bytes = bytesOf(seed);
        Random sizes = new Random(-seed);
        OutputStream out = socket.getOutputStream();
        int position = 0;
        while (position < bytes.length) {
            int size = Math.min(1 + sizes.nextInt(sizes.nextBoolean() ? 10 : 400_000), bytes.length - position);
            if (size == 1) {
                out.write(bytes[position]);
            } else {
                out.write(bytes, position, size);
            }
            position += size;
        }
        socket.shutdownOutput();
        return position;
    }

    /** Reads until the end in pieces of random size and compares with the seed's bytes. */
    private static long receive(Socket socket, long seed) throws IOException {
        byte[] expected = bytesOf(seed);
        byte[] actual = new byte[expected.length + 10];
        Random sizes = new Random(seed + 100);
        InputStream in = socket.getInputStream();
        int position = 0;
        int count = 0;
        while (count >= 0) {
            position += count;
            count = in.read(actual, position, 1 + sizes.nextInt(Math.min(300_000, actual.length - position)));
        }
        assertThat(Arrays.mismatch(expected, 0, expected.length, actual, 0, position))
                .as("first difference")
                .isEqualTo(-1);
        return position;
    }

    private static byte[] bytesOf(long seed) {
        byte[] bytes = new byte[MEGABYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
