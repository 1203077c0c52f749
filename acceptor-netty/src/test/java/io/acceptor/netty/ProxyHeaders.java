package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Headers of the PROXY protocol as balancers send them (haproxy.org, "The PROXY protocol", 2.1 and 2.2). */
final class ProxyHeaders {
    static final int LOCAL = 0x20;
    static final int PROXY = 0x21;
    static final int UNSPECIFIED = 0x00;
    static final int TCP4 = 0x11;
    static final int TCP6 = 0x21;
    static final int UNIX_STREAM = 0x31;
    /** 192.0.2.7:4711 to 198.51.100.1:25. */
    static final byte[] FOUR = HexFormat.of().parseHex("c0000207" + "c6336401" + "1267" + "0019");
    /** [2001:db8::7]:4711 to [2001:db8::1]:25. */
    static final byte[] SIX = HexFormat.of()
            .parseHex("20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "1267" + "0019");

    static final byte[] NOTHING = {};

    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    private ProxyHeaders() {}

    static byte[] v1(String line) {
        return (line + "\r\n").getBytes(US_ASCII);
    }

    static byte[] v2(int versionAndCommand, int family, byte[] addresses, byte[]... additional) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(addresses);
        for (byte[] each : additional) {
            data.writeBytes(each);
        }
        return ByteBuffer.allocate(SIGNATURE.length + 4 + data.size())
                .put(SIGNATURE)
                .put((byte) versionAndCommand)
                .put((byte) family)
                .putShort((short) data.size())
                .put(data.toByteArray())
                .array();
    }

    /** The signature, with a version that there is not, and nothing behind it. */
    static byte[] signatureAnd(int versionAndCommand) {
        return ByteBuffer.allocate(SIGNATURE.length + 1)
                .put(SIGNATURE)
                .put((byte) versionAndCommand)
                .array();
    }

    /** One piece of additional data: a type, a length, a value. */
    static byte[] tlv(int type, int length) {
        return ByteBuffer.allocate(3 + length)
                .put((byte) type)
                .putShort((short) length)
                .array();
    }

    /** One after the other. */
    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
