package io.acceptor;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * The two ends of a connection that was just accepted.
 *
 * <p>Immutable. The addresses are those the kernel reported when the connection was accepted, or those that a balancer has named
 * by the PROXY protocol ({@code acceptor-netty}); they stay known after the client has gone.
 *
 * @param remoteAddress the client's address and port
 * @param localAddress the address and port that the client connected to; without a balancer ours, the concrete one also on a
 *     wildcard listener
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
