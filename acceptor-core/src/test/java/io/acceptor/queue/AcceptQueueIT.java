package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Real listeners that never accept, under connect-and-reset probes; every reading is held against {@code ss -lnt}. */
@EnabledOnOs(OS.LINUX)
class AcceptQueueIT {
    private static final int BACKLOG = 4;
    private static final int CONNECT_MILLIS = 5000;
    private static final int REFUSED_MILLIS = 300;

    @BeforeEach
    void needReference() {
        SocketStatistics.require();
    }

    /** Others may come meanwhile, to other listeners of this machine. */
    @Test
    void everyConnectionIsAnArrival() throws IOException {
        double before = AcceptQueue.arrivals();
        try (ServerSocketChannel listener = listen(null, "127.0.0.1", 0)) {
            fill(listener, "127.0.0.1");
            assertThat(AcceptQueue.arrivals() - before).isGreaterThan(BACKLOG);
        }
    }

    @Test
    void countsResetConnectionsOnIpv4Loopback() throws IOException {
        try (ServerSocketChannel listener = listen(null, "127.0.0.1", 0)) {
            fill(listener, "127.0.0.1");
        }
    }

    @Test
    void countsResetConnectionsOnAListenerOfTheIpv4Family() throws IOException {
        try (ServerSocketChannel listener = listen(StandardProtocolFamily.INET, "127.0.0.1", 0)) {
            fill(listener, "127.0.0.1");
        }
    }

    @Test
    void countsResetConnectionsOnAnIpv4Wildcard() throws IOException {
        try (ServerSocketChannel listener = listen(StandardProtocolFamily.INET, "0.0.0.0", 0)) {
            fill(listener, "127.0.0.1");
        }
    }

    @Test
    void countsResetConnectionsOnIpv6Loopback() throws IOException {
        needIpv6();
        try (ServerSocketChannel listener = listen(null, "::1", 0)) {
            fill(listener, "::1");
        }
    }

    @Test
    void countsResetConnectionsOnADualStackWildcard() throws IOException {
        needIpv6();
        try (ServerSocketChannel listener = listen(null, "::", 0)) {
            fill(listener, "127.0.0.1");
        }
    }

    @Test
    void countsResetConnectionsOnWhatAServerSocketCallsItsWildcard() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, BACKLOG)) {
            InetSocketAddress local = (InetSocketAddress) listener.getLocalSocketAddress();
            fill(AcceptQueue.of(local, BACKLOG, 1), local.getPort(), "127.0.0.1");
        }
    }

    @Test
    void sumsTheListenersOfAGroup() throws IOException {
        try (ServerSocketChannel first = listen(null, "127.0.0.1", 0)) {
            AcceptQueue queue = AcceptQueue.of(local(first), BACKLOG, 2);
            fillGroup(queue, port(first));
            AcceptQueueReading rest = queue.reading();
            assertThat(rest.limit()).isEqualTo(BACKLOG);
            assertThat(rest).isEqualTo(SocketStatistics.ofPort(port(first)));
        }
    }

    private static void fillGroup(AcceptQueue queue, int port) throws IOException {
        try (ServerSocketChannel second = listen(null, "127.0.0.1", port)) {
            assertThat(port(second)).isEqualTo(port);
            for (int n = 1; n <= BACKLOG; n++) {
                probe("127.0.0.1", port, CONNECT_MILLIS);
                awaitReading(queue, port, new AcceptQueueReading(n, 2.0 * BACKLOG));
            }
        }
    }

    @Test
    void samplesManyListenersAtOnce() throws IOException {
        try (ServerSocketChannel first = listen(null, "127.0.0.1", 0);
                ServerSocketChannel second = listen(StandardProtocolFamily.INET, "127.0.0.1", 0);
                ServerSocketChannel third = listen(null, "0.0.0.0", 0)) {
            List<AcceptQueue> queues = List.of(queue(first), queue(second), queue(third));
            probe("127.0.0.1", port(second), CONNECT_MILLIS);
            probe("127.0.0.1", port(third), CONNECT_MILLIS);
            probe("127.0.0.1", port(third), CONNECT_MILLIS);
            await().untilAsserted(() -> {
                AcceptQueue.sample(queues);
                assertThat(queues).extracting(queue -> queue.last().depth()).containsExactly(0.0, 1.0, 2.0);
            });
            assertThat(queues).extracting(AcceptQueue::peak).containsExactly(0.0, 1.0, 2.0);
        }
    }

    private static void fill(ServerSocketChannel listener, String host) throws IOException {
        AcceptQueue queue = queue(listener);
        fill(queue, port(listener), host);
        for (int n = BACKLOG; n >= 0; n--) {
            listener.accept().close();
            awaitReading(queue, port(listener), new AcceptQueueReading(n, BACKLOG));
        }
        listener.close();
        assertThat(queue.reading().known()).isFalse();
        assertThat(queue.peak()).isEqualTo(BACKLOG + 1);
    }

    private static void fill(AcceptQueue queue, int port, String host) throws IOException {
        awaitReading(queue, port, new AcceptQueueReading(0, BACKLOG));
        for (int n = 1; n <= BACKLOG + 1; n++) {
            probe(host, port, CONNECT_MILLIS);
            awaitReading(queue, port, new AcceptQueueReading(n, BACKLOG));
            assertThat(queue.last().full()).isEqualTo(n == BACKLOG + 1);
        }
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> probe(host, port, REFUSED_MILLIS));
        awaitReading(queue, port, new AcceptQueueReading(BACKLOG + 1, BACKLOG));
    }

    /** The probe of a load balancer: a handshake, then a reset. */
    private static void probe(String host, int port, int timeoutMillis) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), timeoutMillis);
            socket.setSoLinger(true, 0);
        }
    }

    /** The client may be told of the connection a moment before it is queued. */
    private static void awaitReading(AcceptQueue queue, int port, AcceptQueueReading expected) {
        await().untilAsserted(() -> {
            assertThat(queue.reading()).isEqualTo(expected);
            assertThat(SocketStatistics.ofPort(port)).isEqualTo(expected);
        });
    }

    private static ServerSocketChannel listen(ProtocolFamily family, String host, int port) throws IOException {
        ServerSocketChannel listener = family == null ? ServerSocketChannel.open() : ServerSocketChannel.open(family);
        return listener.setOption(StandardSocketOptions.SO_REUSEPORT, true)
                .bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
    }

    private static AcceptQueue queue(ServerSocketChannel listener) throws IOException {
        return AcceptQueue.of(local(listener), BACKLOG, 1);
    }

    private static InetSocketAddress local(ServerSocketChannel listener) throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return local(listener).getPort();
    }

    private static void needIpv6() {
        try {
            listen(null, "::1", 0).close();
        } catch (IOException | UnsupportedOperationException e) {
            abort("no IPv6 here: " + e.getMessage());
        }
    }
}
