package io.acceptor.queue;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A netlink socket of the kernel's socket diagnosis. Neither method waits: the kernel answers while it is asked. Not thread-safe.
 */
interface Netlink extends AutoCloseable {
    /**
     * Sends one datagram.
     *
     * @param message direct; what is between position and limit is sent, and stays as it is
     * @throws IOException if it was not sent
     */
    void send(ByteBuffer message) throws IOException;

    /**
     * Receives one datagram.
     *
     * @param into direct; filled from index 0, position and limit stay as they are
     * @return the datagram's length, more than the buffer's capacity if it was cut off; or -1 if there is none
     * @throws IOException if the socket failed, or the kernel had to drop an answer
     */
    int receive(ByteBuffer into) throws IOException;

    @Override
    void close();
}
