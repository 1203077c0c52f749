package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The defaults, on any JDK: no executor of the user's, no greeting. */
@Timeout(60)
class DefaultWorkersTest {
    /** More than the default pool has threads. */
    private static final int SILENT = 300;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static Acceptor echo() throws IOException {
        return Acceptor.builder()
                .name("defaults")
                .handler(connection -> connection.input().transferTo(connection.output()))
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Socket connect(Acceptor acceptor) throws IOException {
        Socket socket = new Socket(
                acceptor.localAddress().getAddress(), acceptor.localAddress().getPort());
        socket.setSoTimeout(10_000);
        sockets.add(socket);
        return socket;
    }

    private void assertServes(Acceptor acceptor) throws IOException {
        Socket client = connect(acceptor);
        client.getOutputStream().write('x');
        assertThat(client.getInputStream().read()).isEqualTo('x');
        client.close();
    }

    @Test
    void silentClientsDoNotHoldAllWorkers() throws IOException {
        try (Acceptor acceptor = echo()) {
            for (int i = 0; i < SILENT; i++) {
                connect(acceptor);
            }
            for (int i = 0; i < 3; i++) {
                assertServes(acceptor);
            }
            assertThat(acceptor.stats().rejections().get(RejectReason.WORKERS)).isZero();
        }
    }

    @Test
    void aServerAtRestServesOneClientAfterTheOtherWithFewThreadsAndStartsNoneOnItsLoop() throws IOException {
        ConcurrentHashMap.KeySetView<String, Boolean> parents = ConcurrentHashMap.newKeySet();
        InheritableThreadLocal<Boolean> parent = new InheritableThreadLocal<>() {
            @Override
            protected Boolean childValue(Boolean value) {
                parents.add(Thread.currentThread().getName());
                return value;
            }
        };
        parent.set(true); // inherited by the loop, and by whoever it would start
        try (Acceptor acceptor = echo()) {
            parents.clear();
            for (long i = 1; i <= 30; i++) {
                assertServes(acceptor);
                long ended = i;
                await().until(() -> acceptor.stats().ended() == ended);
            }
            assertThat(parents).doesNotContain("acceptor-defaults");
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("acceptor-worker-defaults"))
                    .hasSizeLessThan(5);
        } finally {
            parent.remove();
        }
    }
}
