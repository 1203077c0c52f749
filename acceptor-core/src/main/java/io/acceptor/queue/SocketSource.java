package io.acceptor.queue;

import java.util.function.Consumer;

/**
 * A way in which the kernel lists the TCP sockets of a network namespace. Not thread-safe but for {@link #isOpen}: each has one
 * owner, who guards it.
 */
interface SocketSource {
    /** For {@link AcceptQueue#source()}. */
    String name();

    /** Opens what can be opened, to be held for good. */
    void open();

    /** Whether there is something to read. */
    boolean isOpen();

    /** Whether a search for so many listeners costs more than {@link ProcArrivals#count}, which can save it. */
    boolean isDearerThanArrivals(int listeners);

    /**
     * Finds listeners.
     *
     * @param ports shown each listener at its port
     * @return false if the source failed, so that another one should be asked; what the ports hold is of no use then
     */
    boolean listeners(PortListeners[] ports);

    /**
     * Lists the connections at a port that are in state ESTABLISHED, CLOSE_WAIT or SYN_RECV and not accepted.
     *
     * @param v6 whether those of IPv6 listeners, or of IPv4 ones
     * @param port the local port
     * @param to shown each connection; some twice, if the kernel's tables change meanwhile
     * @return false if the source failed: then not all were shown
     */
    boolean queued(boolean v6, int port, Consumer<SocketRow> to);
}
