package io.acceptor.contract;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A connection in the hands of a test's {@link Behaviour}; what every engine can offer one. */
public interface Talk {

    /** The connection's number. */
    long id();

    /** The greeting that was sent to this client. */
    ByteBuffer greeting();

    /** What the client sends; blocking. */
    InputStream input();

    /** What the client reads; blocking. */
    OutputStream output();

    /** Closes the connection. */
    void close();
}
