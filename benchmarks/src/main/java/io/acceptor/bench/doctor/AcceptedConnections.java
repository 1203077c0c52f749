package io.acceptor.bench.doctor;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The connections that a program has accepted at an address and that still show in the kernel's tables. One that appears while the
 * queue is watched proves that the program accepts, however fast it does. Immutable.
 *
 * @param peers the other ends
 */
record AcceptedConnections(Set<InetSocketAddress> peers) {

    /** The ones of the listeners at an address, in the kernel's tables. */
    static AcceptedConnections at(InetSocketAddress local, List<TcpRow> rows) {
        return new AcceptedConnections(rows.stream()
                .filter(TcpRow::isAccepted)
                .filter(servedBy(local, rows))
                .map(TcpRow::peer)
                .collect(Collectors.toSet()));
    }

    /** A listener of all addresses serves those that have no listener of their own at the port. */
    private static Predicate<TcpRow> servedBy(InetSocketAddress local, List<TcpRow> rows) {
        if (!local.getAddress().isAnyLocalAddress()) {
            return row -> row.local().equals(local);
        }
        Set<InetSocketAddress> others = rows.stream()
                .filter(TcpRow::isListener)
                .map(TcpRow::local)
                .filter(each -> each.getPort() == local.getPort() && !each.equals(local))
                .collect(Collectors.toSet());
        boolean alone = others.stream().noneMatch(each -> each.getAddress().isAnyLocalAddress());
        return row -> row.local().getPort() == local.getPort()
                && !others.contains(row.local())
                && (alone
                        || row.local().getAddress().getClass()
                                == local.getAddress().getClass());
    }

    /** How many of these are not among the earlier ones. */
    long since(AcceptedConnections earlier) {
        return peers.stream().filter(peer -> !earlier.peers.contains(peer)).count();
    }
}
