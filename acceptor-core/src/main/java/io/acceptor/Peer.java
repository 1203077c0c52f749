package io.acceptor;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * The two ends of a connection that was just accepted.
 *
 * <p>Immutable. The addresses are those the kernel reported when the connection was accepted; they stay known after the
 * client has gone.
 *
 * @param remoteAddress the client's address and port
 * @param localAddress our address and port, the concrete one also on a wildcard listener
 */
public record Peer(InetSocketAddress remoteAddress, InetSocketAddress localAddress) {

    /**
     * Checks that both ends are given.
     *
     * @throws NullPointerException if an address is null
     */
    public Peer {
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        Objects.requireNonNull(localAddress, "localAddress");
    }
}
