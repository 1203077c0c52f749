package io.acceptor.queue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An end of a connection, or where a listener is bound, in the form both kernel tables are compared in: 128 bits in network
 * order, an IPv4 address as the IPv6 address it is mapped to ({@code ::ffff:a.b.c.d}). A scope id plays no part, since the
 * kernel prints none.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 * @param port the port
 */
record ListenAddress(long high, long low, int port) {
    /** Stands before the 32 bits of an IPv4 address in {@link #low} (RFC 4291, 2.5.5.2). */
    static final long MAPPED = 0xFFFFL << 32;

    static ListenAddress of(InetSocketAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress().getAddress());
        return bytes.remaining() == Integer.BYTES
                ? new ListenAddress(0, MAPPED | Integer.toUnsignedLong(bytes.getInt()), address.getPort())
                : new ListenAddress(bytes.getLong(), bytes.getLong(), address.getPort());
    }

    boolean isV4() {
        return high == 0 && low >>> 32 == MAPPED >>> 32;
    }

    boolean isV4Wildcard() {
        return high == 0 && low == MAPPED;
    }

    boolean isV6Wildcard() {
        return high == 0 && low == 0;
    }

    /** The address as Java has it, an IPv4 one as such. */
    InetSocketAddress toSocketAddress() {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes are always an address", e);
        }
    }
}
