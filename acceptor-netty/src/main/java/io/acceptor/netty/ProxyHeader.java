package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's first bytes say by the PROXY protocol, versions 1 and 2 (haproxy.org, "The PROXY protocol", 2.1 and 2.2).
 *
 * <p>Not Netty's decoder, which closes the channel by itself, keeps what it takes for a beginning without a limit, leaves over what
 * is too short for a TLV, and cannot say that there is no header.
 *
 * @param kind how far it is one
 * @param length of the whole header, in bytes; 0 if it is not whole
 * @param local whether the connection is the balancer's own
 * @param behind the client and what it has connected to; null if the balancer does not know, or names no Internet addresses
 */
record ProxyHeader(
        Kind kind, int length, boolean local, @Nullable Peer behind) {
    /** How far the first bytes are a header. */
    enum Kind {
        /** Too few to tell. */
        UNDECIDED,
        /** Something else. */
        NONE,
        /** A header begins, and its end has not come. */
        BEGUN,
        /** A header begins, and cannot become a valid one. */
        WRONG,
        /** A whole header. */
        WHOLE
    }

    /** What is allowed behind the addresses. Balancers send some hundred bytes: a TLS name, a connection's number. */
    static final int MAX_TLV_BYTES = 2048;

    private static final byte[] LINE_START = "PROXY ".getBytes(US_ASCII);
    /** The longest line of version 1, with its end. */
    private static final int MAX_LINE = 107;

    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final int FIXED_PART = 16;
    private static final int LONGEST_ADDRESSES = 216; // two paths of Unix sockets
    private static final int TLV_START = 3;
    private static final int TLV_SSL = 0x20;
    private static final int SSL_START = 5;

    private static ProxyHeader not(Kind kind) {
        return new ProxyHeader(kind, 0, false, null);
    }

    private static ProxyHeader whole(int length, boolean local, @Nullable Peer behind) {
        return new ProxyHeader(Kind.WHOLE, length, local, behind);
    }

    /** Looks at all that has come, and takes nothing. */
    static ProxyHeader of(ByteBuf first) {
        if (startsLike(first, SIGNATURE)) {
            return first.readableBytes() < SIGNATURE.length ? not(Kind.UNDECIDED) : block(first);
        }
        if (startsLike(first, LINE_START)) {
            return first.readableBytes() < LINE_START.length ? not(Kind.UNDECIDED) : line(first);
        }
        return not(Kind.NONE);
    }

    private static boolean startsLike(ByteBuf first, byte[] start) {
        for (int i = 0; i < Math.min(start.length, first.readableBytes()); i++) {
            if (byteAt(first, i) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static int byteAt(ByteBuf bytes, int index) {
        return bytes.getByte(bytes.readerIndex() + index);
    }

    // ---- version 1: a line

    private static ProxyHeader line(ByteBuf first) {
        String start = first.toString(first.readerIndex(), Math.min(MAX_LINE, first.readableBytes()), US_ASCII);
        int end = start.indexOf("\r\n");
        if (end < 0) {
            return not(start.length() < MAX_LINE ? Kind.BEGUN : Kind.WRONG);
        }
        String[] words = start.substring(LINE_START.length, end).split(" ", -1);
        if (words[0].equals("UNKNOWN")) { // whatever follows
            return whole(end + 2, false, null);
        }
        Peer behind = words.length == 5 ? peer(words) : null;
        return behind == null ? not(Kind.WRONG) : whole(end + 2, false, behind);
    }

    private static @Nullable Peer peer(String[] words) {
        int length = switch (words[0]) {
            case "TCP4" -> 4;
            case "TCP6" -> 16;
            default -> 0;
        };
        InetSocketAddress source = address(length, words[1], words[3]);
        InetSocketAddress destination = address(length, words[2], words[4]);
        return source == null || destination == null ? null : new Peer(source, destination);
    }

    private static @Nullable InetSocketAddress address(int length, String host, String port) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        boolean valid = bytes != null && bytes.length == length && port.matches("[0-9]{1,5}");
        int number = valid ? Integer.parseInt(port) : -1;
        return valid && number <= 0xffff ? internet(bytes, number) : null;
    }

    private static InetSocketAddress internet(byte[] host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes, not " + host.length, e);
        }
    }

    // ---- version 2: a block

    private static ProxyHeader block(ByteBuf first) {
        int at = first.readerIndex();
        if (first.readableBytes() == SIGNATURE.length) {
            return not(Kind.BEGUN);
        }
        int version = byteAt(first, 12) & 0xf0;
        int command = byteAt(first, 12) & 0x0f;
        if (version != 0x20 || command > 1) {
            return not(Kind.WRONG);
        }
        if (first.readableBytes() < FIXED_PART) {
            return not(Kind.BEGUN);
        }
        int length = first.getUnsignedShort(at + 14);
        if (length > LONGEST_ADDRESSES + MAX_TLV_BYTES) {
            return not(Kind.WRONG);
        }
        if (command == 1 && addresses(first) > length) {
            return not(Kind.WRONG);
        }
        if (first.readableBytes() < FIXED_PART + length) {
            return not(Kind.BEGUN);
        }
        return command == 0 ? whole(FIXED_PART + length, true, null) : proxied(first, FIXED_PART + length);
    }

    /** How many bytes of addresses its family has: more than any block may have, if there is no such family. */
    private static int addresses(ByteBuf first) {
        return switch (byteAt(first, 13)) {
            case 0x00 -> 0; // unspecified
            case 0x11, 0x12 -> 12; // IPv4
            case 0x21, 0x22 -> 36; // IPv6
            case 0x31, 0x32 -> LONGEST_ADDRESSES;
            default -> Integer.MAX_VALUE;
        };
    }

    private static ProxyHeader proxied(ByteBuf first, int end) {
        int addresses = addresses(first);
        if (addresses == 0) {
            return whole(end, false, null); // what follows is to be skipped, whatever it is
        }
        if (!areTlvs(first, FIXED_PART + addresses, end, true)) {
            return not(Kind.WRONG);
        }
        return whole(end, false, addresses == LONGEST_ADDRESSES ? null : peer(first, (addresses - 4) / 2));
    }

    private static Peer peer(ByteBuf first, int addressLength) {
        byte[] source = new byte[addressLength];
        byte[] destination = new byte[addressLength];
        int at = first.readerIndex() + FIXED_PART;
        first.getBytes(at, source).getBytes(at + addressLength, destination);
        int ports = at + 2 * addressLength;
        return new Peer(
                internet(source, first.getUnsignedShort(ports)),
                internet(destination, first.getUnsignedShort(ports + 2)));
    }

    /** Whether additional data is what it should be up to its last byte: each a type, a length, and so many bytes. */
    private static boolean areTlvs(ByteBuf first, int from, int end, boolean outermost) {
        int at = from;
        while (at < end) {
            int value = at + TLV_START;
            int next = value > end ? value : value + first.getUnsignedShort(first.readerIndex() + at + 1);
            boolean nests = outermost && byteAt(first, at) == TLV_SSL;
            if (next > end || (nests && !areTlvs(first, value + SSL_START, next, false))) {
                return false;
            }
            at = next;
        }
        return at == end;
    }
}
