package io.acceptor.contract;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/**
 * A client of a server under test. Blocking, but nothing blocks for longer than {@link #PATIENCE_MILLIS}: then it throws
 * an {@link AssertionError}, since a server that keeps its clients waiting is at fault.
 */
public final class Client implements AutoCloseable {
    /** Far above what anything takes on a busy machine, far below a test's time limit. */
    static final int PATIENCE_MILLIS = 10_000;

    /** So small a receive buffer that the kernel keeps little of what the client does not read. */
    private static final int SMALL_BUFFER = 4 * 1024;

    private final Socket socket;
    private final int port;

    private Client(Socket socket, int port) {
        this.socket = socket;
        this.port = port;
    }

    /** How a connection ended for its client, and what it read until then. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    public record Ending(byte[] bytes, boolean reset) {
        /** The bytes as text. */
        public String text() {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    /** Connects. */
    public static Client connect(InetSocketAddress server) throws IOException {
        return connect(server, new Socket());
    }

    /** Connects from another address of this machine. */
    public static Client connectFrom(InetAddress source, InetSocketAddress server) throws IOException {
        return connectFrom(source, server, false);
    }

    /** Connects from another address of this machine, perhaps with a receive buffer that is full soon. */
    static Client connectFrom(InetAddress source, InetSocketAddress server, boolean small) throws IOException {
        Socket socket = new Socket();
        try {
            if (small) {
                socket.setReceiveBufferSize(SMALL_BUFFER);
            }
            socket.bind(new InetSocketAddress(source, 0));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return connect(server, socket);
    }

    /** Connects from another address of this machine, and a port that is wanted. */
    static Client connectFrom(InetAddress source, IntPredicate wanted, InetSocketAddress server) throws IOException {
        while (true) {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(source, 0));
            if (wanted.test(socket.getLocalPort())) {
                return connect(server, socket);
            }
            socket.close();
        }
    }

    /** Connects with a receive buffer that is full soon. */
    public static Client connectWithSmallBuffer(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL_BUFFER);
        return connect(server, socket);
    }

    private static Client connect(InetSocketAddress server, Socket socket) throws IOException {
        int port = -1;
        try {
            if (!socket.isBound()) {
                socket.bind(null);
            }
            port = socket.getLocalPort();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(server, PATIENCE_MILLIS);
        } catch (ConnectException | SocketTimeoutException e) {
            socket.close();
            throw e;
        } catch (SocketException e) {
            // connected, and reset by the server before connect() returned: seen again when something is read
            socket.close();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new Client(socket, port);
    }

    /** Connects and resets: SYN, SYN+ACK, ACK, RST. */
    public static void probe(InetSocketAddress server) throws IOException {
        connect(server).reset();
    }

    /** Its own port, by which a server can tell it from others. */
    public int port() {
        return port;
    }

    /** Sends text. */
    public Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends bytes. */
    public Client send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Says that it has sent everything (FIN). */
    public Client finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads exactly so many bytes. */
    public byte[] read(int count) throws IOException {
        try {
            byte[] bytes = socket.getInputStream().readNBytes(count);
            if (bytes.length < count) {
                throw new EOFException("wanted " + count + " bytes, got " + bytes.length + " and then the end");
            }
            return bytes;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server sent nothing for " + PATIENCE_MILLIS + " ms", e);
        }
    }

    /** Reads so many bytes, or those that come before the end. */
    byte[] readUpTo(int count) throws IOException {
        try {
            return socket.getInputStream().readNBytes(count);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server sent nothing for " + PATIENCE_MILLIS + " ms", e);
        }
    }

    /** Reads text of the length of this one. */
    public String readAsMuchAs(String expected) throws IOException {
        return new String(read(expected.length()), StandardCharsets.US_ASCII);
    }

    /** Reads until the connection ends, and closes its own side. */
    public Ending readToEnd() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[16 * 1024];
        try {
            for (int n = socket.getInputStream().read(chunk);
                    n >= 0;
                    n = socket.getInputStream().read(chunk)) {
                bytes.write(chunk, 0, n);
            }
            return new Ending(bytes.toByteArray(), false);
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "not ended after " + bytes.size() + " bytes and " + PATIENCE_MILLIS + " ms of silence", e);
        } catch (IOException e) {
            return new Ending(bytes.toByteArray(), true);
        } finally {
            close();
        }
    }

    /** Sends text and gives the answer of the same length as the expected one. */
    public String ask(String text, String expected) throws IOException {
        return send(text).readAsMuchAs(expected);
    }

    /** Whether there is something to read now. */
    public boolean hasUnread() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** Leaves with a reset (RST). */
    public void reset() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    /** Leaves with a FIN, or with a reset if something was not read. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
