package io.acceptor;

import java.time.Duration;

/**
 * What became of the last connections when an acceptor was drained. Immutable.
 *
 * @param took from the call of drain to the end
 * @param finished connections that ended by themselves after drain was called; refused ones are not among them
 * @param cut connections that were still open at the deadline and were cut
 * @param atRiskAtClose connections seen in the kernel's accept queue just before the listener closed, which the kernel
 *     resets; NaN where that cannot be read. With {@code acceptors(n)} it is what the last one saw, unless each listener tells
 *     of its own queue (Netty's native transports): then it is the sum. A client that finishes its handshake after that last
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
