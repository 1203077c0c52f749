package io.acceptor.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A running server that greets every client, then reads until the client is done and closes.
 *
 * <p>To add one: write a class with a static method that is a {@link Factory}, and list it in {@link Servers}.
 */
public interface ServerUnderTest extends AutoCloseable {

    /**
     * Where it listens.
     *
     * @return with the real port
     */
    InetSocketAddress address();

    /**
     * What it knows of itself; called now and then while it works, from another thread.
     *
     * @return its books
     */
    ServerCounts counts();

    /**
     * The process that serves, whose CPU time, threads and descriptors count.
     *
     * @return its id; by default this process
     */
    default long pid() {
        return ProcessHandle.current().pid();
    }

    /** Stops listening and ends its threads. */
    @Override
    void close();

    /** Starts a server of one kind. */
    @FunctionalInterface
    interface Factory {

        /**
         * Starts it; it listens when this returns.
         *
         * @param config what it is told
         * @return the running server
         * @throws IOException if it cannot listen
         */
        ServerUnderTest start(ServerConfig config) throws IOException;
    }
}
