package io.acceptor.bench.flood;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose conduct is known: one thread accepts and does the given thing with each client. */
public final class TestServer implements AutoCloseable {
    public static final byte[] GREETING = "220 greeting".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] LOCALHOST = {127, 0, 0, 1};

    private final ServerSocket listener;
    private final Conduct conduct;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    /** What it does with a client; one that it does not close stays open until the server closes. */
    public interface Conduct {
        void receive(Socket client) throws IOException;
    }

    private TestServer(ServerSocket listener, Conduct conduct) {
        this.listener = listener;
        this.conduct = conduct;
    }

    public static TestServer start(Conduct conduct) {
        TestServer server = new TestServer(listener(1_024), conduct);
        Thread loop = new Thread(server::acceptUntilClosed, "test-server");
        loop.setDaemon(true);
        loop.start();
        return server;
    }

    /** One that listens and never accepts. */
    public static TestServer deaf(int backlog) {
        return new TestServer(listener(backlog), client -> {});
    }

    /** An address where nobody listens. */
    public static InetSocketAddress nobody() {
        try (TestServer closed = deaf(1)) {
            return closed.address();
        }
    }

    private static ServerSocket listener(int backlog) {
        try {
            return new ServerSocket(0, backlog, InetAddress.getByAddress(LOCALHOST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptUntilClosed() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                open.add(client);
                conduct.receive(client);
            } catch (IOException clientGoneOrClosed) {
                // The next one.
            }
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    public int accepted() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
