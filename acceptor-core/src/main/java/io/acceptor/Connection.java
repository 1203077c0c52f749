package io.acceptor;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * One admitted and greeted client, as its handler sees it.
 *
 * <p>Owned by the acceptor, which closes it when the handler returns. Reading and writing may happen on two threads at
 * once; {@link #close()} may be called from any.
 */
public sealed interface Connection extends AutoCloseable permits HandlerConnection {

    /**
     * Counts up from 1 for each accepted connection of an acceptor.
     *
     * @return the number that log lines and events name
     */
    long id();

    /**
     * The client's address.
     *
     * @return known also after the client has gone
     */
    InetSocketAddress remoteAddress();

    /**
     * Our address.
     *
     * @return the concrete address that the client connected to
     */
    InetSocketAddress localAddress();

    /**
     * The greeting that was sent to this client, so that a handler knows its scramble.
     *
     * @return a read-only view with a position of its own; empty without a greeting
     */
    ByteBuffer greeting();

    /**
     * What the client sends, from its first byte on. Blocking, for as long as {@code readTimeout} of the builder or
     * {@code setSoTimeout} of {@link #socket()} says; by default for ever, but for what
     * {@link Acceptor.Builder#firstRequestTimeout firstRequestTimeout} cuts.
     *
     * @return the same stream at every call
     */
    InputStream input();

    /**
     * What the client reads. Blocking and unbuffered.
     *
     * @return the same stream at every call
     */
    OutputStream output();

    /**
     * The connection as a {@link Socket}, for code that wants one (timeouts, options, TLS layered on top).
     *
     * <p>It differs from a plain one: interrupting a thread that reads from it or writes to it closes it.
     *
     * @return the same socket at every call
     */
    Socket socket();

    /**
     * How many bytes the client is known to have sent.
     *
     * @return the bytes received so far
     */
    long bytesReceived();

    /**
     * Says that the client is one to be waited for: {@code firstRequestTimeout} does not cut it any more. A handler's first write
     * after the client's first byte says the same. For protocols in which the server reads much before it answers, or a layer
     * answers on its own (a TLS handshake does), call this when the client has shown who it is.
     */
    void established();

    /** Closes the connection so that the bytes written last arrive (at most a second in the background). Idempotent. */
    @Override
    void close();
}
