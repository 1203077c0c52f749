package io.acceptor;

/** What a server does with a client, on a worker thread. One instance serves all connections and must be thread-safe. */
@FunctionalInterface
public interface ConnectionHandler {

    /**
     * Talks to one client with blocking streams until the conversation is over.
     *
     * <p>The connection is closed when this returns or throws, in a way that lets the last bytes arrive. What it throws
     * ends the connection as {@link Outcome#HANDLER_FAILED}, unless it is, or was caused by, the stream's own
     * report that the client has gone or that a read has timed out, which is no failure of the handler.
     *
     * @param connection the client; not to be used after this returns
     * @throws Exception if the conversation fails
     */
    void handle(Connection connection) throws Exception;
}
