package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueReading;
import io.acceptor.queue.SocketStatistics;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners of native transports tell of their queues themselves, and what they tell is what {@code ss} shows. */
@Timeout(60)
class NettyQueueTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int BACKLOG = 20;
    private static final int WAITING = 9;

    @Sharable
    private static final class Stays extends ChannelInboundHandlerAdapter {}

    /** Lets one client in, and the kernel have the others. */
    private static NettyAcceptor start(NettyTransport transport) throws IOException {
        return NettyAcceptor.builder()
                .transport(transport)
                .backlog(BACKLOG)
                .greeting(Greeting.of("hello", US_ASCII))
                .maxConnections(1)
                .refusal(RejectReason.MAX_CONNECTIONS, Refusal.leaveInBacklog())
                .childHandler(new Stays())
                .start(ANY_PORT);
    }

    private static Socket connect(NettyAcceptor acceptor) throws IOException {
        Socket socket = new Socket();
        socket.connect(acceptor.localAddress(), 10_000);
        return socket;
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void listenersTellWhatSsShows(NettyTransport transport) throws IOException {
        Transports.assumeAvailable(transport);
        SocketStatistics.require();
        List<Socket> clients = new ArrayList<>();
        AcceptQueue queue;
        try (NettyAcceptor acceptor = start(transport)) {
            queue = acceptor.queues().get(0);
            int port = acceptor.localAddress().getPort();
            assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(0, BACKLOG));
            clients.add(connect(acceptor));
            await().until(acceptor::isPaused);
            for (int i = 0; i < WAITING; i++) {
                clients.add(connect(acceptor));
            }
            await().untilAsserted(() -> {
                AcceptQueueReading told = queue.reading();
                assertThat(told.depth()).isPositive();
                assertThat(told.limit()).isEqualTo(BACKLOG);
                assertThat(told).isEqualTo(SocketStatistics.ofPort(port));
                assertThat(AcceptQueue.at(port)).singleElement().satisfies(asked -> {
                    assertThat(asked.reading().depth()).isEqualTo(told.depth());
                    assertThat(asked.source()).isNotEqualTo("tcp_info");
                });
            });
            assertThat(queue.source()).isEqualTo("tcp_info");
            assertThat(queue.inspection().reading().depth())
                    .as("who waits is still listed by the kernel")
                    .isEqualTo(queue.last().depth());
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        assertThat(queue.reading().known()).as("closed").isFalse();
        assertThat(queue.source()).isNotEqualTo("tcp_info");
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void listenersOfOneAddressAreSummed(NettyTransport transport) throws IOException {
        Transports.assumeAvailable(transport);
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                .transport(transport)
                .acceptors(2)
                .backlog(BACKLOG)
                .childHandler(new Stays())
                .start(ANY_PORT)) {
            AcceptQueue queue = acceptor.queues().get(0);
            assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(0, 2 * BACKLOG));
            assertThat(queue.source()).isEqualTo("tcp_info");
        }
    }

    @Test
    void onNioTheKernelsTablesAreSearched() throws IOException {
        try (NettyAcceptor acceptor = start(NettyTransport.NIO)) {
            AcceptQueue queue = acceptor.queues().get(0);
            assertThat(queue.reading().depth()).isZero();
            assertThat(queue.source()).isNotEqualTo("tcp_info");
        }
    }
}
