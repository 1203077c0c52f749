package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's first bytes say by the PROXY protocol, versions 1 and 2 (haproxy.org, "The PROXY protocol", 2.1 and 2.2).
 *
 * <p>Where a header begins and ends is found here; what it says is read by Netty's decoder (netty-codec-haproxy, which no other class
 * needs). The decoder gets whole headers only, in an embedded channel: it closes the channel that it stands in, collects a beginning
 * without a limit, and cannot say that there is no header.
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
    /** The byte behind the signature: version 2, and LOCAL or PROXY in its last bit. */
    private static final int VERSION_2 = 0x20;

    private static final int FIXED_PART = 16;
    private static final int LONGEST_ADDRESSES = 216; // two paths of Unix sockets
    private static final int TLV_START = 3;
    private static final int TLV_SSL = 0x20;
    private static final int SSL_START = 5;

    private static ProxyHeader not(Kind kind) {
        return new ProxyHeader(kind, 0, false, null);
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

    /** A line of version 1. */
    private static ProxyHeader line(ByteBuf first) {
        String start = first.toString(first.readerIndex(), Math.min(MAX_LINE, first.readableBytes()), US_ASCII);
        int end = start.indexOf("\r\n");
        if (end < 0) {
            return not(start.length() < MAX_LINE ? Kind.BEGUN : Kind.WRONG);
        }
        return decoded(first, end + 2);
    }

    /** A block of version 2. */
    private static ProxyHeader block(ByteBuf first) {
        int there = first.readableBytes();
        if (there > SIGNATURE.length && (byteAt(first, SIGNATURE.length) & 0xfe) != VERSION_2) {
            return not(Kind.WRONG);
        }
        if (there < FIXED_PART) {
            return not(Kind.BEGUN);
        }
        int length = FIXED_PART + first.getUnsignedShort(first.readerIndex() + FIXED_PART - 2);
        if (length > FIXED_PART + LONGEST_ADDRESSES + MAX_TLV_BYTES) {
            return not(Kind.WRONG);
        }
        return there < length ? not(Kind.BEGUN) : decoded(first, length);
    }

    private static ProxyHeader decoded(ByteBuf first, int length) {
        EmbeddedChannel codec = new EmbeddedChannel(decoder());
        try {
            codec.writeInbound(first.retainedSlice(first.readerIndex(), length));
            @Nullable HAProxyMessage message = codec.readInbound();
            return message == null ? not(Kind.WRONG) : read(message, first, length);
        } catch (DecoderException e) {
            return not(Kind.WRONG);
        } finally {
            codec.finishAndReleaseAll();
        }
    }

    private static ProxyHeader read(HAProxyMessage message, ByteBuf first, int length) {
        try {
            boolean local = message.command() == HAProxyCommand.LOCAL;
            int addresses = addressBytes(message);
            // The decoder leaves over what is too short for a TLV. Behind no addresses anything may stand.
            boolean whole = addresses == 0 || areTlvs(first, FIXED_PART + addresses, length, true);
            return whole ? new ProxyHeader(Kind.WHOLE, length, local, local ? null : peer(message)) : not(Kind.WRONG);
        } finally {
            message.release();
        }
    }

    /** How many bytes of addresses a block of version 2 has. */
    private static int addressBytes(HAProxyMessage message) {
        if (message.protocolVersion() == HAProxyProtocolVersion.V1) {
            return 0;
        }
        return switch (message.proxiedProtocol().addressFamily()) {
            case AF_UNSPEC -> 0;
            case AF_IPv4 -> 12;
            case AF_IPv6 -> 36;
            case AF_UNIX -> LONGEST_ADDRESSES;
        };
    }

    private static @Nullable Peer peer(HAProxyMessage message) {
        InetSocketAddress source = address(message.sourceAddress(), message.sourcePort());
        InetSocketAddress destination = address(message.destinationAddress(), message.destinationPort());
        return source == null || destination == null ? null : new Peer(source, destination);
    }

    private static @Nullable InetSocketAddress address(@Nullable String host, int port) {
        byte[] bytes = host == null ? null : NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes: " + host, e);
        }
    }

    private static HAProxyMessageDecoder decoder() {
        return new HAProxyMessageDecoder(MAX_TLV_BYTES, true);
    }

    /** Fails early if the codec is not there. */
    static void requireCodec() {
        try {
            decoder();
        } catch (LinkageError e) {
            throw new IllegalStateException("the PROXY protocol needs netty-codec-haproxy on the class path", e);
        }
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
