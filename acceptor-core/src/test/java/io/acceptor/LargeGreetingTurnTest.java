package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How much of a large greeting a loop writes before the next client has its turn. */
class LargeGreetingTurnTest {
    private static final int CLIENTS = 16;
    private static final int GREETING = 4 << 20;
    /** What one turn writes to those greeted before, and the first piece of the newcomer. */
    private static final long TURN = 640 * 1024;

    private final CountDownLatch allWait = new CountDownLatch(1);
    private final List<Long> queuedBefore = new CopyOnWriteArrayList<>();

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachClientIsGreetedBeforeTheOthersBuffersAreFull() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocateDirect(GREETING);
        List<Socket> clients = new ArrayList<>();
        try (Acceptor acceptor = Acceptor.builder()
                .greeting(Greeting.perConnection(peer -> {
                    queuedBefore.add(awaitAllAndLook(peer.localAddress().getPort()));
                    return bytes;
                }))
                .handler(connection -> {})
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(
                        InetAddress.getLoopbackAddress(),
                        acceptor.localAddress().getPort()));
            }
            allWait.countDown();
            await().until(() -> queuedBefore.size() == CLIENTS);
            for (int i = 1; i < CLIENTS; i++) {
                assertThat(queuedBefore.get(i) - queuedBefore.get(i - 1)).isLessThanOrEqualTo(TURN);
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private long awaitAllAndLook(int port) {
        try {
            allWait.await();
            return queued("/proc/self/net/tcp", port) + queued("/proc/self/net/tcp6", port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the kernel holds for clients of a port that have not taken it: the column tx_queue of proc(5). */
    private static long queued(String table, int port) throws IOException {
        String local = String.format(":%04X", port);
        try (Stream<String> rows = Files.lines(Path.of(table))) {
            return rows.map(row -> row.strip().split("\\s+"))
                    .filter(columns -> columns[1].endsWith(local))
                    .mapToLong(columns -> Long.parseLong(columns[4].substring(0, columns[4].indexOf(':')), 16))
                    .sum();
        }
    }
}
