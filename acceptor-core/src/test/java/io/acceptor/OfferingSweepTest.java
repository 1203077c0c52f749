package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.engine.AcceptorContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that were claimed late, and what the loop still remembers of them. */
@Timeout(60)
class OfferingSweepTest {
    private static final int PENDING = 100;
    private static final long OFFER_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Queue<NioConnection> offered = new ConcurrentLinkedQueue<>();

    /** Claims nothing by itself. */
    private final class Collector implements Recipient {
        @Override
        public void offer(NioConnection connection) {
            offered.add(connection);
        }

        @Override
        public void spoke(NioConnection connection) {}

        @Override
        public void forget(NioConnection connection) {}

        @Override
        public boolean clientsWait() {
            return false;
        }

        @Override
        public int maxPending() {
            return PENDING;
        }

        @Override
        public long offerNanos() {
            return OFFER_NANOS;
        }
    }

    @Test
    void claimedConnectionsAreNotKeptUntilTheirOfferWouldHaveEnded() throws IOException {
        ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.configureBlocking(false);
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        AcceptorContext context =
                new AcceptorContext(ResilientServerSocket.builder().freeze("sweep"), address, 50, 1);
        NioServer server = NioServer.start(context, new Collector(), List.of(listener), true);
        try {
            NioConnection first = null;
            int claimed = 0;
            while (claimed <= Offering.SWEEP_SLACK + 3 * PENDING) {
                for (NioConnection each : claimedLate(address)) {
                    first = first == null ? each : first;
                    each.closeAs(Outcome.COMPLETED);
                    claimed++;
                }
            }
            NioConnection oldest = first;
            await().until(() -> oldest.deadlines == null);
        } finally {
            server.close();
        }
        assertThat(context.stats().active()).isZero();
    }

    /** As many as may be pending, each claimed when the loop has given up waiting for a quick claim. */
    private List<NioConnection> claimedLate(InetSocketAddress address) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < PENDING; i++) {
            Socket client = new Socket(address.getAddress(), address.getPort());
            client.getOutputStream().write('x'); // one that has spoken is not watched
            clients.add(client);
        }
        List<NioConnection> claimed = new ArrayList<>();
        await().until(() -> offered.size() == PENDING && offered.stream().allMatch(OfferingSweepTest::isLate));
        for (NioConnection each = offered.poll(); each != null; each = offered.poll()) {
            assertThat(each.claim()).isTrue();
            claimed.add(each);
        }
        for (Socket client : clients) {
            client.close();
        }
        return claimed;
    }

    private static boolean isLate(NioConnection connection) {
        return connection.deadline - System.nanoTime() > OFFER_NANOS / 2;
    }
}
