package io.acceptor;

import java.time.Duration;

/**
 * What became of the last connections when an acceptor was drained. Immutable.
 *
 * @param took from the call of drain to the end
 * @param finished connections that ended by themselves after drain was called; refused ones are not among them
 * @param cut connections that were still open at the deadline and were cut
 * @param atRiskAtClose connections seen in the accept queues of the server's own listeners just before each closed, which the
 *     kernel resets (or gives to others that share the port, if {@code net.ipv4.tcp_migrate_req} is 1); NaN where that cannot be
 *     read. A client that finishes its handshake after that last
 *     look is lost unseen: zero loss needs a lame-duck time in which the balancer stops sending new clients.
 */
public record DrainReport(Duration took, long finished, long cut, double atRiskAtClose) {

    /**
     * Whether every connection ended by itself.
     *
     * @return true if none was cut
     */
    public boolean graceful() {
        return cut == 0;
    }
}
