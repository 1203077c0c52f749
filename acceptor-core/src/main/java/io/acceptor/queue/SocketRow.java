package io.acceptor.queue;

/**
 * A TCP socket as the kernel lists it. An object shows one socket after the other, so copy what is to be kept. Addresses
 * are in the form of {@link ListenAddress}.
 */
interface SocketRow {
    // include/net/tcp_states.h
    int ESTABLISHED = 1;
    int SYN_RECV = 3;
    int CLOSE_WAIT = 8;
    int LISTEN = 10;

    /** A number that the source does not tell. */
    long UNKNOWN = -1;

    int state();

    ListenAddress local();

    ListenAddress remote();

    /** Of a listener: the depth of its accept queue. Of a connection: the bytes not read yet, a FIN counted as one. */
    long received();

    /** Of a listener: the limit of its accept queue, or {@link #UNKNOWN}. */
    long limit();

    /** Whether a process holds it; not so while it is in an accept queue. */
    default boolean isAccepted() {
        return inode() != 0;
    }

    /** The number of the socket's file; 0 while no process holds it. */
    long inode();

    /** Milliseconds since something was sent, from the handshake on; or {@link #UNKNOWN}. */
    long idleMillis();

    /** The kernel's number for the socket, never used again while it runs; 0 if the source does not tell. */
    long cookie();

    /** Of a listener on {@code ::}: whether it is known to take no IPv4 connections. */
    boolean isV6Only();
}
