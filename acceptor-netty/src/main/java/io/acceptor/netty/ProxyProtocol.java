package io.acceptor.netty;

import io.acceptor.engine.Checks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether clients come through a balancer that says whose connection it passes on: the PROXY protocol, versions 1 and 2
 * (haproxy.org, "The PROXY protocol").
 *
 * <p>Where it is spoken nothing is said before the header is there; policies and greeting functions run on the connection's
 * event loop then. The {@link io.acceptor.Peer} is the client's; with the command LOCAL, which balancers' own health checks send,
 * it stays the balancer and the outcome is {@link io.acceptor.Outcome#PROXY_LOCAL}. What is no header, or not whole in its time, is
 * refused as {@link io.acceptor.RejectReason#PROXY_HEADER}; if nothing at all has come, as
 * {@link io.acceptor.RejectReason#PROXY_HEADER_MISSING}. Immutable.
 *
 * <p>A balancer that sends its header only with the client's first bytes cannot stand before a server that greets: each waits for
 * the other. AWS NLB does so by default; its target group's attribute {@code proxy_protocol_v2.client_to_server.header_placement}
 * must be {@code on_first_ack} then.
 */
public final class ProxyProtocol {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final ProxyProtocol OFF = new ProxyProtocol(List.of(), false, DEFAULT_TIMEOUT);

    private final List<Network> networks;
    private final boolean optional;
    private final Duration timeout;

    private ProxyProtocol(List<Network> networks, boolean optional, Duration timeout) {
        this.networks = networks;
        this.optional = optional;
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
        return new ProxyProtocol(parsed(networks), false, DEFAULT_TIMEOUT);
    }

    /**
     * Spoken with the balancers' networks if the first bytes begin a header, and not with anybody else: for health checks without
     * a header from a network whose clients have one.
     *
     * <p><b>Warning:</b> where a balancer passes clients' bytes on and puts no header before them, each client can write one of
     * its own, and be whoever it wants to your policies, limits and logs. So use this only if every way through these networks adds
     * a header, but for checks; else let the checks go to another port.
     *
     * <p>A connection that sends something else first, or says that it is done, is the balancer's own and is received at once. One
     * that sends nothing is received after {@link #headerTimeout}: a check that waits for a greeting gets it then. A header that has
     * begun must become valid, as where it is required.
     *
     * @param networks as for {@link #requiredFrom}
     * @return with a header timeout of 5 s
     * @throws IllegalArgumentException if there is none, or one is not such a network
     */
    public static ProxyProtocol optionalFrom(String... networks) {
        return new ProxyProtocol(parsed(networks), true, DEFAULT_TIMEOUT);
    }

    private static List<Network> parsed(String... networks) {
        Checks.atLeast(1, networks.length, "the number of networks");
        return Stream.of(networks).map(Network::parse).toList();
    }

    /**
     * How long a client may take to send the whole header. Default: 5 s.
     *
     * @param timeout more than zero
     * @return the same with this timeout
     * @throws IllegalArgumentException if not
     */
    public ProxyProtocol headerTimeout(Duration timeout) {
        return new ProxyProtocol(networks, optional, Checks.positive(timeout, "headerTimeout"));
    }

    boolean isOff() {
        return networks.isEmpty();
    }

    /** Whether a header may come from there. It may where the kernel does not tell the address any more, of those that are dead. */
    boolean isSpokenFrom(InetAddress address) {
        return !isOff() && (isUnknown(address) || contains(address));
    }

    /** Whether nobody is received from there without a header. */
    boolean isRequiredFrom(InetAddress address) {
        return !optional && contains(address);
    }

    private static boolean isUnknown(InetAddress address) {
        return address.equals(Wire.UNKNOWN.getAddress());
    }

    private boolean contains(InetAddress address) {
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
        return isOff()
                ? "no PROXY protocol"
                : (optional ? "optional" : "required") + " PROXY protocol from " + networks + " within " + timeout;
    }
}
