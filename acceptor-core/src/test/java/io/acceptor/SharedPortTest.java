package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.acceptor.it.Peers;
import io.acceptor.it.Peers.Client;
import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Joining a port on purpose, and only then. */
@Timeout(60)
class SharedPortTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static Acceptor.Builder echo() {
        return Acceptor.builder().handler(client -> client.input().transferTo(client.output()));
    }

    private static ServerSocketChannel bound(boolean sharing) throws IOException {
        return ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_REUSEPORT, sharing)
                .bind(ANY_PORT);
    }

    private static InetSocketAddress addressOf(ServerSocketChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Test
    void whoSharesThePortIsJoinedOnPurposeOnly() throws IOException {
        try (ServerSocketChannel other = bound(true);
                Acceptor joined = echo().sharePort().start(addressOf(other))) {
            assertThat(joined.localAddress()).isEqualTo(addressOf(other));
            for (int acceptors : new int[] {1, 2}) {
                assertThatThrownBy(() -> echo().acceptors(acceptors).start(addressOf(other)))
                        .isInstanceOf(BindException.class);
                echo().acceptors(acceptors).sharePort().start(addressOf(other)).close();
            }
        }
    }

    @Test
    void whoDoesNotShareThePortIsNotJoined() throws IOException {
        try (ServerSocketChannel other = bound(false)) {
            InetSocketAddress address = addressOf(other);
            assertThatThrownBy(() -> echo().sharePort().start(address))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("cannot bind 127.0.0.1:" + address.getPort())
                    .hasMessageContaining("does not share it");
        }
    }

    @Test
    void aPortThatNobodyCanKnowIsNotShared() throws IOException {
        assertThatThrownBy(() -> echo().sharePort().start(ANY_PORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sharePort()")
                .hasMessageContaining("was 0");
        try (ServerSocketChannel mine = bound(true)) {
            assertThatThrownBy(() -> echo().sharePort().start(mine))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("sharePort()");
            assertThat(mine.isOpen()).isTrue();
        }
    }

    @Test
    void whatWaitsAtTheSuccessorIsNotAtRisk() throws IOException {
        try (ServerSocketChannel successor = bound(true)) {
            Acceptor acceptor = echo().acceptors(2).sharePort().start(addressOf(successor));
            List<Client> clients = new ArrayList<>();
            try {
                AcceptQueue group = AcceptQueue.of(addressOf(successor), 50, 3);
                for (int i = 0;
                        i < 40;
                        i++) { // a third of them or so come to the successor, by a hash of their addresses
                    clients.add(Peers.connect(acceptor.localAddress().getPort()));
                }
                assertThat(group.listeners()).hasSize(3);
                DrainReport report = acceptor.drain(Duration.ZERO, Duration.ZERO)
                        .toCompletableFuture()
                        .join();
                assertThat(group.reading().depth()).isPositive();
                assertThat(report.atRiskAtClose()).isZero();
            } finally {
                acceptor.close();
                for (Client client : clients) {
                    client.close();
                }
            }
        }
    }
}
