package io.acceptor.queue;

/**
 * A listening socket at one moment.
 *
 * @param v6 whether it is an IPv6 socket; those take IPv4 connections too, unless told otherwise
 * @param address what it is bound to
 * @param v6Only whether it is known to take no IPv4 connections
 * @param depth of its accept queue
 * @param limit of its accept queue, or {@link SocketRow#UNKNOWN}
 * @param cookie the kernel's number for it, or 0
 * @param inode the number of its file
 */
record Listener(boolean v6, ListenAddress address, boolean v6Only, long depth, long limit, long cookie, long inode) {

    static Listener of(SocketRow row, boolean v6) {
        return new Listener(v6, row.local(), row.isV6Only(), row.received(), row.limit(), row.cookie(), row.inode());
    }

    boolean isSameAs(Listener other) {
        return cookie == other.cookie && address.equals(other.address);
    }

    boolean isDualWildcard() {
        return v6 && !v6Only && address.isV6Wildcard();
    }
}
