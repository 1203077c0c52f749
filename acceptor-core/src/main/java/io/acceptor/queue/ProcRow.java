package io.acceptor.queue;

import java.nio.ByteOrder;

/**
 * Parser of one row of {@code /proc/net/tcp} or {@code tcp6}; shows the row parsed last. Used by one thread at a time,
 * allocates nothing before it is asked for an address.
 *
 * <pre>
 *   sl  local_address rem_address   st tx_queue rx_queue tr tm-&gt;when retrnsmt   uid  timeout inode
 *    0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 7869 1 ...
 * </pre>
 *
 * <p>Written by {@code get_tcp4_sock} ({@code net/ipv4/tcp_ipv4.c}) and {@code get_tcp6_sock}
 * ({@code net/ipv6/tcp_ipv6.c}): addresses as 32-bit words in host byte order, ports as plain numbers, and for a
 * listener the length of its accept queue ({@code sk_ack_backlog}) as rx_queue. The inode is 0 while no process holds the
 * socket.
 */
final class ProcRow implements SocketRow {
    private static final int WORD_DIGITS = 8;
    private static final int PORT_DIGITS = 4;
    /** Of a row's decimal numbers; inodes have 32 bits there. */
    private static final int MAX_DIGITS = 10;

    private final boolean v6;
    private final boolean swapped;

    private long high;
    private long low;
    private int port;
    private long remoteHigh;
    private long remoteLow;
    private int remotePort;
    private int state;
    private long received;
    private long inode;

    private byte[] text = {};
    private int at;
    private int end;
    /** False from the first byte on that is not what the kernel writes there. */
    private boolean sound;

    ProcRow(boolean v6, ByteOrder order) {
        this.v6 = v6;
        this.swapped = order == ByteOrder.LITTLE_ENDIAN;
    }

    /**
     * Parses a row without its line end as far as the state.
     *
     * @return false if it is garbled
     */
    boolean parse(byte[] bytes, int from, int to) {
        text = bytes;
        at = from;
        end = to;
        sound = true;
        serial();
        parseLocal();
        parseRemote();
        state = (int) hex(2);
        expect(' ');
        return sound;
    }

    /**
     * Parses the rest of the row.
     *
     * @return false if it is garbled
     */
    boolean parseRest() {
        hex(WORD_DIGITS);
        expect(':');
        received = hex(WORD_DIGITS);
        expect(' ');
        skipTimer();
        skipNumber();
        skipNumber();
        inode = number();
        noMoreColons();
        return sound && received <= Integer.MAX_VALUE;
    }

    int port() {
        return port;
    }

    @Override
    public int state() {
        return state;
    }

    @Override
    public ListenAddress local() {
        return new ListenAddress(high, low, port);
    }

    @Override
    public ListenAddress remote() {
        return new ListenAddress(remoteHigh, remoteLow, remotePort);
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public long limit() {
        return UNKNOWN;
    }

    @Override
    public long inode() {
        return inode;
    }

    @Override
    public long idleMillis() {
        return UNKNOWN;
    }

    @Override
    public long cookie() {
        return 0;
    }

    @Override
    public boolean isV6Only() {
        return false;
    }

    private void serial() {
        number();
        expect(':');
        expect(' ');
    }

    private void parseLocal() {
        if (v6) {
            high = word() << 32 | word();
            low = word() << 32 | word();
        } else {
            high = 0;
            low = ListenAddress.MAPPED | word();
        }
        expect(':');
        port = (int) hex(PORT_DIGITS);
        expect(' ');
    }

    private void parseRemote() {
        if (v6) {
            remoteHigh = word() << 32 | word();
            remoteLow = word() << 32 | word();
        } else {
            remoteHigh = 0;
            remoteLow = ListenAddress.MAPPED | word();
        }
        expect(':');
        remotePort = (int) hex(PORT_DIGITS);
        expect(' ');
    }

    /** Timer, time until it goes off, and retransmissions. */
    private void skipTimer() {
        hex(2);
        expect(':');
        skipWord();
        skipWord();
    }

    private void skipWord() {
        while (at < end && text[at] != ' ' && text[at] != ':') {
            at++;
        }
        expect(' ');
    }

    private void skipNumber() {
        number();
        expect(' ');
    }

    /** That there are none tells that no other row was swallowed. */
    private void noMoreColons() {
        for (int i = at; i < end; i++) {
            sound &= text[i] != ':';
        }
    }

    private long number() {
        while (at < end && text[at] == ' ') {
            at++;
        }
        int from = at;
        long value = 0;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            value = value * 10 + text[at++] - '0';
        }
        sound = sound && at > from && at - from <= MAX_DIGITS;
        return value;
    }

    /** 32 bits of an address, in network order. */
    private long word() {
        int word = (int) hex(WORD_DIGITS);
        return Integer.toUnsignedLong(swapped ? Integer.reverseBytes(word) : word);
    }

    private long hex(int digits) {
        long value = 0;
        for (int i = 0; i < digits && sound; i++) {
            int digit = at < end ? Character.digit(text[at++] & 0xFF, 16) : -1;
            sound = digit >= 0;
            value = value << 4 | digit;
        }
        return value;
    }

    private void expect(char wanted) {
        sound = sound && at < end && text[at++] == wanted;
    }
}
