package io.acceptor;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** What a {@link HandedSocket} sends. Thread-safe: writes take turns and do not mix. */
final class HandedOutput extends OutputStream {
    /** Bytes per system call, as in the JDK's sockets: the channel takes a direct buffer of that size for it. */
    private static final int MAX_CHUNK = 128 * 1024;

    private final HandedSocket socket;
    private final SocketChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong sent = new AtomicLong();

    HandedOutput(HandedSocket socket, SocketChannel channel) {
        this.socket = socket;
        this.channel = channel;
    }

    long sent() {
        return sent.get();
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length > 0) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            send(() -> writeFully(buffer), socket::peerDoing);
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + MAX_CHUNK));
            int count = channel.write(bytes);
            if (count == 0) {
                throw new IllegalBlockingModeException(); // else this would spin
            }
            count(count);
        }
    }

    private void count(int bytes) {
        sent.addAndGet(bytes);
        socket.wrote();
    }

    /** Sends one byte of urgent data. A peer that does not read looks like one that has gone then: the kernel's buffer is full. */
    void writeUrgent(Socket adaptor, int octet) throws IOException {
        Sending sending = () -> {
            adaptor.sendUrgentData(octet);
            count(1);
        };
        send(sending, socket::peerUnsure);
    }

    private void send(Sending sending, UnaryOperator<IOException> notOurDoing) throws IOException {
        lock.lock();
        try {
            IOException failure;
            socket.beginOperation();
            try {
                sending.run();
                return;
            } catch (IOException e) {
                IOException own = socket.ownDoing(e, socket.isOutputShutdown());
                failure = own != null ? own : notOurDoing.apply(e);
            } finally {
                socket.endOperation();
            }
            socket.closeIfOver(failure);
            throw failure;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the socket. */
    @Override
    public void close() {
        socket.close();
    }

    @FunctionalInterface
    interface Sending {
        void run() throws IOException;
    }
}
