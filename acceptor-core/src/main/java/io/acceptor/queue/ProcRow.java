package io.acceptor.queue;

import java.nio.ByteOrder;

/**
 * Parser of one row of {@code /proc/net/tcp} or {@code tcp6}; holds the numbers of the row parsed last. Used by one
 * thread at a time, allocates nothing.
 *
 * <pre>
 *   sl  local_address rem_address   st tx_queue rx_queue tr tm-&gt;when retrnsmt   uid  timeout inode
 *    0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 7869 1 ...
 * </pre>
 *
 * <p>Written by {@code get_tcp4_sock} ({@code net/ipv4/tcp_ipv4.c}) and {@code get_tcp6_sock}
 * ({@code net/ipv6/tcp_ipv6.c}): addresses as 32-bit words in host byte order, ports as plain numbers, and for a
 * listener the length of its accept queue ({@code sk_ack_backlog}) as rx_queue.
 */
final class ProcRow {
    enum Kind {
        LISTENER,
        OTHER,
        GARBLED
    }

    private static final int LISTEN = 0x0A;
    private static final int WORD_DIGITS = 8;
    private static final int PORT_DIGITS = 4;
    private static final int MAX_SERIAL_DIGITS = 10;

    private final boolean v6;
    private final boolean swapped;

    private long high;
    private long low;
    private int port;
    private long depth;

    private byte[] text = {};
    private int at;
    private int end;
    /** False from the first byte on that is not what the kernel writes there. */
    private boolean sound;

    ProcRow(boolean v6, ByteOrder order) {
        this.v6 = v6;
        this.swapped = order == ByteOrder.LITTLE_ENDIAN;
    }

    /** Parses a row without its line end. The numbers are of use only if it is a listener. */
    Kind parse(byte[] bytes, int from, int to) {
        text = bytes;
        at = from;
        end = to;
        sound = true;
        serial();
        local();
        remote();
        long state = hex(2);
        expect(' ');
        if (sound && state != LISTEN) {
            return Kind.OTHER;
        }
        hex(WORD_DIGITS);
        expect(':');
        depth = hex(WORD_DIGITS);
        expect(' ');
        tail();
        return sound && depth <= Integer.MAX_VALUE ? Kind.LISTENER : Kind.GARBLED;
    }

    /** The first 64 bits of the local address, of an IPv4 one mapped to IPv6. */
    long high() {
        return high;
    }

    long low() {
        return low;
    }

    int port() {
        return port;
    }

    long depth() {
        return depth;
    }

    private void serial() {
        while (at < end && text[at] == ' ') {
            at++;
        }
        int from = at;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        sound = at > from && at - from <= MAX_SERIAL_DIGITS;
        expect(':');
        expect(' ');
    }

    private void local() {
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

    private void remote() {
        for (int words = v6 ? 4 : 1; words > 0; words--) {
            hex(WORD_DIGITS);
        }
        expect(':');
        hex(PORT_DIGITS);
        expect(' ');
    }

    /** The rest is not for us, but its one colon (of the timer) tells that no other row was swallowed. */
    private void tail() {
        int colons = 0;
        for (int i = at; i < end; i++) {
            if (text[i] == ':') {
                colons++;
            }
        }
        sound &= colons == 1;
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
