package io.acceptor.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The accept loop that everybody writes: blocking accept, one worker a connection, trouble caught and passed over.
 *
 * <p>It does as well as such a loop can: nothing but accept on the loop, TCP_NODELAY, no logging.
 */
final class PooledLoop implements ServerUnderTest {
    private static final int BUFFER = 1_024;
    private static final long PAUSE_ON_TROUBLE_MILLIS = 10;

    private final ServerSocket listener;
    private final ExecutorService workers;
    private final Session session;
    private final Thread loop;
    private final Books books = new Books();

    /** What becomes of a client. */
    @FunctionalInterface
    interface Session {
        /** On the loop, before accept() is called again; by default nothing. An exception ends this client only. */
        default void begin(Socket client) throws IOException {}

        /** On a worker. */
        void serve(Socket client) throws IOException;
    }

    private PooledLoop(String name, ServerSocket listener, ExecutorService workers, Session session) {
        this.listener = listener;
        this.workers = workers;
        this.session = session;
        this.loop = new Thread(this::acceptUntilClosed, name + "-accept");
        this.loop.setDaemon(true);
    }

    static PooledLoop start(String name, ServerSocket listener, ExecutorService workers, Session session) {
        PooledLoop server = new PooledLoop(name, listener, workers, session);
        server.loop.start();
        return server;
    }

    /** A plain listener. */
    static ServerSocket listen(ServerConfig config) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(config.address(), config.backlog());
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private void acceptUntilClosed() {
        while (!listener.isClosed()) {
            try {
                accept();
            } catch (IOException | RejectedExecutionException passing) {
                pauseUnlessClosed();
            }
        }
    }

    private void accept() throws IOException {
        Socket client = listener.accept();
        books.accepted();
        if (begins(client)) {
            handOver(client);
        }
    }

    private boolean begins(Socket client) throws IOException {
        try {
            session.begin(client);
            return true;
        } catch (IOException gone) {
            books.ended();
            client.close();
            return false;
        }
    }

    private void handOver(Socket client) throws IOException {
        try {
            workers.execute(() -> serve(client));
        } catch (RejectedExecutionException full) {
            books.ended();
            client.close();
            throw full;
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            session.serve(client);
        } catch (IOException gone) {
            // A probe, or a client that left early: nothing to say about it.
        } finally {
            books.ended();
        }
    }

    /** Reads what the client has to say, to the end. */
    static void readToEnd(InputStream input) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int read;
        do {
            read = input.read(buffer);
        } while (read >= 0);
    }

    /** Out of descriptors, most likely: give the clients that are served a moment to end. */
    private void pauseUnlessClosed() {
        if (listener.isClosed()) {
            return;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_ON_TROUBLE_MILLIS);
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public ServerCounts counts() {
        return books.counts();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException alreadyBroken) {
            // It does not listen any more, which is all that was asked for.
        }
        workers.shutdownNow();
    }
}
