package io.acceptor.netty;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses that begin with the same bits. Immutable. */
final class Network {
    /** An address, and perhaps how many of its bits count. A zone ({@code %eth0}) is no part of what is compared. */
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f.:]+)(?:/([0-9]{1,3}))?");
    /** What an IPv4 address begins with in IPv6's notation (RFC 4291, 2.5.5.2). The JDK never shows an address so. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private final byte[] start;
    private final int bits;

    private Network(byte[] start, int bits) {
        this.start = start;
        this.bits = bits;
    }

    /**
     * Reads {@code 10.1.0.0/16}, {@code fd00::/8} or a single address. {@code ::ffff:10.1.0.0/112} is IPv4's
     * {@code 10.1.0.0/16}.
     *
     * @throws IllegalArgumentException if it is none of these, or could match nothing
     */
    static Network parse(String text) {
        Matcher form = FORM.matcher(text);
        byte[] start = form.matches() ? NetUtil.createByteArrayFromIpAddressString(form.group(1)) : null;
        if (start == null) {
            throw refused(text);
        }
        int bits = form.group(2) == null ? start.length * 8 : Integer.parseInt(form.group(2));
        if (bits > start.length * 8) {
            throw refused(text);
        }
        return isMapped(start) ? unmapped(text, start, bits) : new Network(start, bits);
    }

    private static boolean isMapped(byte[] start) {
        return start.length == 16 && Arrays.equals(start, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
    }

    private static Network unmapped(String text, byte[] start, int bits) {
        int ofIpv4 = bits - MAPPED.length * 8;
        if (ofIpv4 < 0) {
            throw refused(text); // more than all of IPv4, and nothing that an address can be
        }
        return new Network(Arrays.copyOfRange(start, MAPPED.length, start.length), ofIpv4);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("network must be an address or one like 10.1.0.0/16, was \"" + text + "\"");
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
