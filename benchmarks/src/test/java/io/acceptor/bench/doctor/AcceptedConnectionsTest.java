package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose the connections in the kernel's tables are. */
final class AcceptedConnectionsTest {
    private static final int ESTABLISHED = 1;
    private static final int LISTEN = 10;

    @Test
    void onlyNewOnesCount() {
        AcceptedConnections before = at("127.0.0.1", connection("127.0.0.1", 1), connection("127.0.0.1", 2));
        AcceptedConnections after = at("127.0.0.1", connection("127.0.0.1", 2), connection("127.0.0.1", 3));

        assertThat(after.since(before)).isEqualTo(1);
    }

    @Test
    void aListenerOfAllAddressesServesThoseWithoutOneOfTheirOwn() {
        AcceptedConnections all = at(
                "0.0.0.0",
                listener("0.0.0.0"),
                listener("127.0.0.2"),
                connection("127.0.0.2", 1),
                connection("127.0.0.1", 2));

        assertThat(all.peers()).extracting(InetSocketAddress::getPort).containsExactly(2);
    }

    @Test
    void whereBothKindsHaveAListenerEachServesItsOwn() {
        TcpRow[] rows = {listener("0.0.0.0"), listener("::"), connection("127.0.0.1", 1), connection("::1", 2)};

        assertThat(at("::", rows).peers())
                .extracting(InetSocketAddress::getPort)
                .containsExactly(2);
        assertThat(at("::", listener("::"), rows[2], rows[3]).peers()).hasSize(2);
    }

    private static AcceptedConnections at(String address, TcpRow... rows) {
        return AcceptedConnections.at(new InetSocketAddress(address, 4_000), List.of(rows));
    }

    private static TcpRow listener(String address) {
        return new TcpRow(new InetSocketAddress(address, 4_000), new InetSocketAddress(0), LISTEN, 0, 0, 1);
    }

    private static TcpRow connection(String address, int peerPort) {
        return new TcpRow(
                new InetSocketAddress(address, 4_000), new InetSocketAddress(address, peerPort), ESTABLISHED, 0, 0, 1);
    }
}
