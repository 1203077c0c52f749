package io.acceptor.examples.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** What a packet carries, written piece by piece; numbers have their lowest byte first. */
final class Payload {
    /** utf8_general_ci. */
    static final int UTF8 = 33;
    /** The only status that this server has. */
    static final int AUTOCOMMIT = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** An answer that says yes. */
    static byte[] ok() {
        return new Payload()
                .uint8(0)
                .uint8(0)
                .uint8(0)
                .uint16(AUTOCOMMIT)
                .uint16(0)
                .toBytes();
    }

    /** What stands after the columns and after the rows of a result. */
    static byte[] endOfPart() {
        return new Payload().uint8(0xfe).uint16(0).uint16(AUTOCOMMIT).toBytes();
    }

    Payload uint8(int value) {
        bytes.write(value);
        return this;
    }

    Payload uint16(int value) {
        return uint8(value).uint8(value >>> 8);
    }

    Payload uint32(int value) {
        return uint16(value).uint16(value >>> 16);
    }

    Payload bytes(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    /** Text that ends with a zero. */
    Payload terminated(String text) {
        return bytes(text.getBytes(UTF_8)).uint8(0);
    }

    /** Text after its length; up to 64 KiB, which is longer than any statement that we take. */
    Payload counted(String text) {
        byte[] value = text.getBytes(UTF_8);
        if (value.length < 0xfb) {
            uint8(value.length);
        } else {
            uint8(0xfc).uint16(value.length);
        }
        return bytes(value);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
