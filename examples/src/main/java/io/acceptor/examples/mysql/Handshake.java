package io.acceptor.examples.mysql;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What the server says first, protocol version 10.
 *
 * @param connectionId the number of this connection
 * @param scramble 20 random bytes, which the client's answer to the password question depends on
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares handshakes
record Handshake(int connectionId, byte[] scramble) {
    static final String VERSION = "5.7.0-acceptor";
    static final String PLUGIN = "mysql_native_password";

    /** LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH. */
    private static final int CAPABILITIES = 1 | 8 | 0x200 | 0x2000 | 0x8000 | 0x8_0000;

    private static final int PROTOCOL = 10;
    private static final int SCRAMBLE_LENGTH = 20;
    private static final int FIRST_PART = 8;
    private static final int ID_AT = Packets.HEADER + 1 + VERSION.length() + 1;
    private static final int FIRST_PART_AT = ID_AT + Integer.BYTES;
    /** A zero, two capabilities, character set, status, two capabilities, scramble length, ten zeros. */
    private static final int SECOND_PART_AT = FIRST_PART_AT + FIRST_PART + 1 + 2 + 1 + 2 + 2 + 1 + 10;

    /** For a new connection. The scramble is printable: some clients take a zero for its end. */
    static Handshake fresh(int connectionId, SecureRandom random) {
        byte[] scramble = new byte[SCRAMBLE_LENGTH];
        for (int i = 0; i < scramble.length; i++) {
            scramble[i] = (byte) ('%' + random.nextInt('~' - '%'));
        }
        return new Handshake(connectionId, scramble);
    }

    /** What {@link #toPacket()} of this connection's handshake was made of. */
    static Handshake of(ByteBuffer greeting) {
        byte[] scramble = new byte[SCRAMBLE_LENGTH];
        greeting.get(FIRST_PART_AT, scramble, 0, FIRST_PART);
        greeting.get(SECOND_PART_AT, scramble, FIRST_PART, SCRAMBLE_LENGTH - FIRST_PART);
        return new Handshake(greeting.order(ByteOrder.LITTLE_ENDIAN).getInt(ID_AT), scramble);
    }

    ByteBuffer toPacket() {
        byte[] payload = new Payload()
                .uint8(PROTOCOL)
                .terminated(VERSION)
                .uint32(connectionId)
                .bytes(Arrays.copyOf(scramble, FIRST_PART))
                .uint8(0)
                .uint16(CAPABILITIES & 0xffff)
                .uint8(Payload.UTF8)
                .uint16(Payload.AUTOCOMMIT)
                .uint16(CAPABILITIES >>> 16)
                .uint8(SCRAMBLE_LENGTH + 1)
                .bytes(new byte[10])
                .terminated(new String(scramble, FIRST_PART, SCRAMBLE_LENGTH - FIRST_PART, US_ASCII))
                .terminated(PLUGIN)
                .toBytes();
        return ByteBuffer.wrap(Packets.alone(payload));
    }
}
