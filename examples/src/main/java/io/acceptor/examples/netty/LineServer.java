package io.acceptor.examples.netty;

import java.net.InetSocketAddress;

/** One of the two, at work until closed. */
interface LineServer extends AutoCloseable {
    /** Where it listens. */
    InetSocketAddress address();

    @Override
    void close();
}
