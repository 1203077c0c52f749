package io.acceptor.examples.incident;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** A real client: it connects, waits for the greeting, asks something and wants its answer. One visit each. */
final class Client implements AutoCloseable {

    /** How far a client got. */
    enum Fate {
        /** The handshake did not come about in time. */
        LOCKED_OUT,
        /** Connected, and not a byte in time. */
        NEVER_HEARD_A_WORD,
        /** Refused, or something else came than a greeting: the end of the stream, a reset, other bytes. */
        TURNED_AWAY,
        /** Greeted, but its question was not answered. */
        GREETED,
        /** Greeted and answered. */
        SERVED
    }

    private final InetSocketAddress target;
    private final int patienceMillis;
    private final Socket socket = new Socket();
    private long greetedNanos;

    Client(InetSocketAddress target, Duration patience) {
        this.target = target;
        this.patienceMillis = (int) patience.toMillis();
    }

    /** From connect to the last byte of the greeting; known after a visit that got that far. */
    long greetedNanos() {
        return greetedNanos;
    }

    /** Takes a local port before connecting, so that the kernel's tables can be asked about it meanwhile. */
    int bind() throws IOException {
        socket.bind(new InetSocketAddress(0));
        return socket.getLocalPort();
    }

    /** The visit; leaves the connection open. */
    Fate visit() {
        long start = System.nanoTime();
        try {
            socket.connect(target, patienceMillis);
            socket.setSoTimeout(patienceMillis);
        } catch (SocketTimeoutException noAnswer) {
            return Fate.LOCKED_OUT;
        } catch (IOException refused) {
            return Fate.TURNED_AWAY;
        }
        Fate fate = hears(Program.HELLO, Fate.GREETED);
        greetedNanos = System.nanoTime() - start;
        return fate == Fate.GREETED ? ask() : fate;
    }

    private Fate ask() {
        try {
            socket.getOutputStream().write((Program.QUESTION + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            return Fate.GREETED;
        }
        Fate fate = hears((Program.ANSWER + "\n").getBytes(StandardCharsets.US_ASCII), Fate.SERVED);
        return fate == Fate.SERVED ? fate : Fate.GREETED;
    }

    private Fate hears(byte[] expected, Fate ifSo) {
        try {
            byte[] heard = socket.getInputStream().readNBytes(expected.length);
            return Arrays.equals(expected, heard) ? ifSo : Fate.TURNED_AWAY;
        } catch (SocketTimeoutException nothing) {
            return Fate.NEVER_HEARD_A_WORD;
        } catch (IOException gone) {
            return Fate.TURNED_AWAY;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Then it is closed.
        }
    }
}
