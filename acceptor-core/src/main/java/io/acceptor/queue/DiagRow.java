package io.acceptor.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Parser of one {@code struct inet_diag_msg} with its attributes ({@code include/uapi/linux/inet_diag.h}); shows the one
 * parsed last. Used by one thread at a time.
 *
 * <pre>
 *   0 family  1 state  2 timer  3 retransmissions
 *   4 local port  6 remote port  8 local address  24 remote address  40 interface  44 cookie
 *   52 expires  56 rqueue  60 wqueue  64 uid  68 inode  72 attributes
 * </pre>
 *
 * <p>Ports and addresses are in network order, all other numbers in the host's.
 */
final class DiagRow implements SocketRow {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int BYTES = 72;

    /** {@code INET_DIAG_INFO}: an attribute that holds a {@code struct tcp_info}. */
    static final int INFO = 2;

    /** {@code INET_DIAG_SKV6ONLY}: an attribute that listeners of IPv6 have. */
    private static final int V6_ONLY = 11;

    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int ALIGNMENT = 4;

    /** Where {@code struct tcp_info} has {@code tcpi_last_data_sent} ({@code include/uapi/linux/tcp.h}). */
    private static final int LAST_DATA_SENT = 44;

    /** The states of {@code include/net/tcp_states.h} are counted from 1; there are a dozen. */
    private static final int MAX_STATE = 15;

    private boolean v6;
    private int state;
    private ListenAddress local = new ListenAddress(0, 0, 0);
    private ListenAddress remote = local;
    private long cookie;
    private long received;
    private long limit;
    private long inode;
    private long idleMillis;
    private boolean v6Only;

    /**
     * Parses.
     *
     * @param bytes in the host's order
     * @return false if it is garbled or cut off
     */
    boolean parse(ByteBuffer bytes, int from, int to) {
        if (to - from < BYTES) {
            return false;
        }
        int family = bytes.get(from);
        v6 = family == AF_INET6;
        state = bytes.get(from + 1);
        local = address(bytes, from + 8, from + 4);
        remote = address(bytes, from + 24, from + 6);
        cookie = word(bytes, from + 44) | word(bytes, from + 48) << Integer.SIZE;
        received = word(bytes, from + 56);
        limit = state == LISTEN ? word(bytes, from + 60) : UNKNOWN;
        inode = word(bytes, from + 68);
        idleMillis = UNKNOWN;
        v6Only = false;
        return (v6 || family == AF_INET)
                && state > 0
                && state <= MAX_STATE
                && received <= Integer.MAX_VALUE
                && limit <= Integer.MAX_VALUE
                && parseAttributes(bytes, from + BYTES, to);
    }

    private boolean parseAttributes(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (to - at >= ATTRIBUTE_HEADER_BYTES) {
            int length = bytes.getShort(at) & 0xFFFF;
            int type = bytes.getShort(at + 2) & 0xFFFF;
            if (length < ATTRIBUTE_HEADER_BYTES || length > to - at) {
                return false;
            }
            attribute(bytes, type, at + ATTRIBUTE_HEADER_BYTES, at + length);
            at += Math.min(to - at, align(length));
        }
        return at == to;
    }

    private void attribute(ByteBuffer bytes, int type, int from, int to) {
        if (type == INFO && to - from >= LAST_DATA_SENT + Integer.BYTES) {
            idleMillis = word(bytes, from + LAST_DATA_SENT);
        } else if (type == V6_ONLY && to > from) {
            v6Only = bytes.get(from) != 0;
        }
    }

    /** Netlink pads to words, attributes as well as messages. */
    static int align(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    private ListenAddress address(ByteBuffer bytes, int at, int portAt) {
        int port = (bytes.get(portAt) & 0xFF) << Byte.SIZE | (bytes.get(portAt + 1) & 0xFF);
        return v6
                ? new ListenAddress(
                        network(bytes, at) << Integer.SIZE | network(bytes, at + 4),
                        network(bytes, at + 8) << Integer.SIZE | network(bytes, at + 12),
                        port)
                : new ListenAddress(0, ListenAddress.MAPPED | network(bytes, at), port);
    }

    private static long network(ByteBuffer bytes, int at) {
        int word = bytes.getInt(at);
        return Integer.toUnsignedLong(bytes.order() == ByteOrder.BIG_ENDIAN ? word : Integer.reverseBytes(word));
    }

    private static long word(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    boolean isV6() {
        return v6;
    }

    @Override
    public int state() {
        return state;
    }

    @Override
    public ListenAddress local() {
        return local;
    }

    @Override
    public ListenAddress remote() {
        return remote;
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public long limit() {
        return limit;
    }

    @Override
    public long inode() {
        return inode;
    }

    @Override
    public long idleMillis() {
        return idleMillis;
    }

    @Override
    public long cookie() {
        return cookie;
    }

    @Override
    public boolean isV6Only() {
        return v6Only;
    }
}
