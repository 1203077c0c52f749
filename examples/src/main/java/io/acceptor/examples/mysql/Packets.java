package io.acceptor.examples.mysql;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Packets on a connection: three bytes of length, one that counts the packets of an exchange, the payload. */
final class Packets {
    static final int HEADER = 4;
    /** Nothing that this server understands is longer. */
    private static final int MAX_LENGTH = 0xffff;

    private final InputStream input;
    private final OutputStream output;
    private int sequence;

    Packets(InputStream input, OutputStream output) {
        this.input = new BufferedInputStream(input);
        this.output = new BufferedOutputStream(output);
    }

    /** The first and only packet of an exchange. */
    static byte[] alone(byte[] payload) {
        return new Payload().bytes(header(payload.length, 0)).bytes(payload).toBytes();
    }

    private static byte[] header(int length, int sequence) {
        return new byte[] {(byte) length, (byte) (length >>> 8), (byte) (length >>> 16), (byte) sequence};
    }

    /** The next payload, or null if the client has left. */
    byte @Nullable [] read() throws IOException, MysqlError {
        byte[] header = input.readNBytes(HEADER);
        if (header.length < HEADER) {
            return null;
        }
        sequence = header[3] + 1;
        int length = (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
        if (length > MAX_LENGTH) {
            throw MysqlError.packetTooLong();
        }
        byte[] payload = input.readNBytes(length);
        return payload.length < length ? null : payload;
    }

    void write(byte[] payload) throws IOException {
        output.write(header(payload.length, sequence++));
        output.write(payload);
    }

    void flush() throws IOException {
        output.flush();
    }
}
