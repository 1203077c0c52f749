package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The numbers themselves, and the kernel's own on a queue made to overflow. */
class ListenCountersTest {
    private static final int CONNECT_MILLIS = 5000;
    private static final int REFUSED_MILLIS = 300;

    @Test
    void aDifferenceIsTakenOfEachNumber() {
        ListenCounters earlier = new ListenCounters(3, 10);

        assertThat(new ListenCounters(7, 30).since(earlier)).isEqualTo(new ListenCounters(4, 20));
        assertThat(earlier.since(earlier)).isEqualTo(new ListenCounters(0, 0));
        assertThatNullPointerException().isThrownBy(() -> earlier.since(null));
    }

    @Test
    void aDifferenceToTheUnknownIsUnknown() {
        ListenCounters half = new ListenCounters(3, Double.NaN);

        assertThat(half.since(new ListenCounters(1, 1))).isEqualTo(new ListenCounters(2, Double.NaN));
        assertThat(new ListenCounters(4, 4).since(half)).isEqualTo(new ListenCounters(1, Double.NaN));
        assertThat(half.since(ListenCounters.UNKNOWN)).isEqualTo(ListenCounters.UNKNOWN);
        assertThat(ListenCounters.UNKNOWN.since(half)).isEqualTo(ListenCounters.UNKNOWN);
    }

    @Test
    void aNumberThatHasFallenCannotBeCompared() {
        assertThat(new ListenCounters(2, 12).since(new ListenCounters(3, 10)))
                .isEqualTo(new ListenCounters(Double.NaN, 2));
    }

    @Test
    void refusesNumbersThatNoCounterHas() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ListenCounters(-1, 0))
                .withMessage("overflows must be NaN or finite and at least 0, was -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ListenCounters(0, Double.POSITIVE_INFINITY))
                .withMessage("drops must be NaN or finite and at least 0, was Infinity");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullQueueThatTurnsAClientAwayRaisesBoth() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, 1, loopback);
                Socket first = connected(listener, CONNECT_MILLIS);
                Socket second = connected(listener, CONNECT_MILLIS)) {
            AcceptQueue queue = AcceptQueue.of((InetSocketAddress) listener.getLocalSocketAddress(), 1, 1);
            await().until(() -> queue.reading().full());
            ListenCounters before = ListenCounters.read();

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> connected(listener, REFUSED_MILLIS));

            ListenCounters risen = ListenCounters.read().since(before);
            assertThat(risen.overflows()).isPositive();
            assertThat(risen.drops()).isPositive();
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
    }

    private static Socket connected(ServerSocket listener, int timeoutMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(listener.getLocalSocketAddress(), timeoutMillis);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Others may overflow queues of theirs meanwhile: the file's numbers lie between those of two readings. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aReadingIsWhatTheFileSays() throws IOException {
        for (int round = 0; round < 100; round++) {
            ListenCounters before = ListenCounters.read();
            List<List<String>> lines = Files.readAllLines(Path.of("/proc/self/net/netstat")).stream()
                    .filter(line -> line.startsWith("TcpExt:"))
                    .map(line -> Arrays.asList(line.split(" ", -1)))
                    .toList();
            ListenCounters after = ListenCounters.read();
            assertThat(column(lines, "ListenOverflows")).isBetween(before.overflows(), after.overflows());
            assertThat(column(lines, "ListenDrops")).isBetween(before.drops(), after.drops());
        }
    }

    private static double column(List<List<String>> lines, String name) {
        return Double.parseDouble(lines.get(1).get(lines.get(0).indexOf(name)));
    }
}
