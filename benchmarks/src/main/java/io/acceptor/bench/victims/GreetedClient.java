package io.acceptor.bench.victims;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** One client that connects, reads the greeting and closes. Made beforehand, so that its socket is ready when it is due. */
public final class GreetedClient implements AutoCloseable {
    private final byte[] expected;
    private final byte[] received;
    private final Duration timeout;
    private final Socket socket = new Socket();
    private int length;
    private long connectNanos = -1;

    public GreetedClient(byte[] expected, Duration timeout) {
        this.expected = expected;
        this.received = new byte[expected.length];
        this.timeout = timeout;
    }

    /** Takes a local address; false if there is none to be had. */
    public boolean prepare(SocketAddress source) {
        try {
            socket.bind(source);
            return true;
        } catch (IOException noDescriptorOrPort) {
            return false;
        }
    }

    /** Runs it to its end. */
    public ClientEnd run(InetSocketAddress target) {
        long start = System.nanoTime();
        long deadline = start + timeout.toNanos();
        try {
            socket.connect(target, millisUntil(deadline));
            connectNanos = System.nanoTime() - start;
        } catch (SocketTimeoutException late) {
            return ClientEnd.CONNECT_TIMEOUT;
        } catch (ConnectException refused) {
            return ClientEnd.REFUSED;
        } catch (IOException reset) {
            return ClientEnd.RESET;
        }
        return readGreeting(deadline);
    }

    private ClientEnd readGreeting(long deadline) {
        try {
            InputStream in = socket.getInputStream();
            while (length < expected.length) {
                socket.setSoTimeout(millisUntil(deadline));
                int read = in.read(received, length, expected.length - length);
                if (read < 0) {
                    return length == 0 ? ClientEnd.CLOSED_UNGREETED : incomplete();
                }
                length += read;
            }
        } catch (SocketTimeoutException late) {
            return length == 0 ? ClientEnd.SILENCE : incomplete();
        } catch (IOException reset) {
            return ClientEnd.RESET;
        }
        return asExpected() ? ClientEnd.GREETED : ClientEnd.WRONG_GREETING;
    }

    private ClientEnd incomplete() {
        return asExpected() ? ClientEnd.SHORT_GREETING : ClientEnd.WRONG_GREETING;
    }

    private boolean asExpected() {
        return Arrays.equals(received, 0, length, expected, 0, length);
    }

    /** At least 1: to a socket, 0 means for ever. */
    private static int millisUntil(long deadline) {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }

    /** How long connecting took; below 0 if it has not. */
    long connectNanos() {
        return connectNanos;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException nothingLeftToClose) {
            // The kernel has released the descriptor all the same.
        }
    }
}
