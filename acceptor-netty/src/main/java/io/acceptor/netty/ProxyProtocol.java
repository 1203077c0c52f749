package io.acceptor.netty;

import io.acceptor.engine.Checks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether clients come through a balancer that says whose connection it passes on: the PROXY protocol, versions 1 and 2
 * (haproxy.org, "The PROXY protocol"). Never guessed from what a client sends, as anybody could send it.
 *
 * <p>Where it is required nothing is said before the header is there; policies and greeting functions run on the connection's
 * event loop then. The {@link io.acceptor.Peer} is the client's; with the command LOCAL, which balancers' own health checks send,
 * it stays the balancer and the outcome is {@link io.acceptor.Outcome#PROXY_LOCAL}. A header that is malformed or late is refused
 * as {@link io.acceptor.RejectReason#PROXY_HEADER}. Needs {@code netty-codec-haproxy}. Immutable.
 */
public final class ProxyProtocol {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final ProxyProtocol OFF = new ProxyProtocol(List.of(), DEFAULT_TIMEOUT);

    private final List<Network> networks;
    private final Duration timeout;

    private ProxyProtocol(List<Network> networks, Duration timeout) {
        this.networks = networks;
        this.timeout = timeout;
    }

    /**
     * Not spoken.
     *
     * @return the default
     */
    public static ProxyProtocol off() {
        return OFF;
    }

    /**
     * Required from everybody.
     *
     * @return with a header timeout of 5 s
     */
    public static ProxyProtocol required() {
        return requiredFrom("0.0.0.0/0", "::/0");
    }

    /**
     * Required from the balancers' networks, and not spoken with anybody else.
     *
     * @param networks in CIDR notation, or single addresses: {@code 10.1.0.0/16}, {@code fd00::/8}, {@code 192.0.2.7}; at least
     *     one
     * @return with a header timeout of 5 s
     * @throws IllegalArgumentException if there is none, or one is not such a network
     */
    public static ProxyProtocol requiredFrom(String... networks) {
        Checks.atLeast(1, networks.length, "the number of networks");
        return new ProxyProtocol(Stream.of(networks).map(Network::parse).toList(), DEFAULT_TIMEOUT);
    }

    /**
     * How long a client may take to send the whole header. Default: 5 s.
     *
     * @param timeout more than zero
     * @return the same with this timeout
     * @throws IllegalArgumentException if not
     */
    public ProxyProtocol headerTimeout(Duration timeout) {
        return new ProxyProtocol(networks, Checks.positive(timeout, "headerTimeout"));
    }

    boolean isOff() {
        return networks.isEmpty();
    }

    boolean isRequiredFrom(InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    long timeoutNanos() {
        return Checks.nanos(timeout);
    }

    @Override
    public String toString() {
        return isOff() ? "no PROXY protocol" : "PROXY protocol from " + networks + " within " + timeout;
    }
}
