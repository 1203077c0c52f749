package io.acceptor.examples.incident;

import io.acceptor.queue.AcceptQueue;
import java.net.InetSocketAddress;

/**
 * Where a server listens.
 *
 * @param bound the address it is bound to, as the kernel's tables have it
 * @param target where clients connect
 * @param backlog what it asked for as the length of its accept queue
 */
record Endpoint(InetSocketAddress bound, InetSocketAddress target, int backlog) {

    int port() {
        return bound.getPort();
    }

    AcceptQueue queue() {
        return AcceptQueue.of(bound, backlog, 1);
    }
}
