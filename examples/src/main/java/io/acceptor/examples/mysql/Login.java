package io.acceptor.examples.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The client's answer to the handshake, of protocol 4.1.
 *
 * @param user who it says it is
 * @param answer its proof, made of password and scramble; empty for no password
 * @param database what it wants to use; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares logins
record Login(String user, byte[] answer, String database) {
    private static final int CONNECT_WITH_DATABASE = 8;
    private static final int PROTOCOL_41 = 0x200;
    /** Largest packet, character set, reserved. */
    private static final int SKIPPED = 4 + 1 + 23;

    static Login parse(byte[] payload) throws MysqlError {
        ByteBuffer buffer = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int capabilities = buffer.getInt();
            if ((capabilities & PROTOCOL_41) == 0) {
                throw MysqlError.badHandshake();
            }
            buffer.get(new byte[SKIPPED]);
            String user = terminated(buffer);
            byte[] answer = new byte[buffer.get() & 0xff];
            buffer.get(answer);
            boolean named = (capabilities & CONNECT_WITH_DATABASE) != 0 && buffer.hasRemaining();
            return new Login(user, answer, named ? terminated(buffer) : "");
        } catch (BufferUnderflowException tooShort) {
            throw MysqlError.badHandshake();
        }
    }

    private static String terminated(ByteBuffer buffer) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte next = buffer.get(); next != 0; next = buffer.get()) {
            text.write(next);
        }
        return text.toString(UTF_8);
    }
}
