package io.acceptor.netty;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Addresses that begin with the same bits. Immutable. */
final class Network {
    private final byte[] start;
    private final int bits;

    private Network(byte[] start, int bits) {
        this.start = start;
        this.bits = bits;
    }

    /** Reads {@code 10.1.0.0/16}, {@code fd00::/8} or a single address. */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] start = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (start == null) {
            throw notOne(text, null);
        }
        try {
            int bits = slash < 0 ? start.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= start.length * 8) {
                return new Network(start, bits);
            }
        } catch (NumberFormatException e) {
            throw notOne(text, e);
        }
        throw notOne(text, null);
    }

    private static IllegalArgumentException notOne(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "network must be an address or one like 10.1.0.0/16, was \"" + text + "\"", cause);
    }

    boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        if (other.length != start.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += 8) {
            int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
            if (((start[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return NetUtil.bytesToIpAddress(start) + "/" + bits;
    }
}
