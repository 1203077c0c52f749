package io.acceptor;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** What a {@link HandedSocket} receives. Thread-safe: reads take turns. */
final class HandedInput extends InputStream {
    /** Bytes per system call, as in the JDK's sockets: the channel takes a direct buffer of that size for it. */
    private static final int MAX_CHUNK = 128 * 1024;

    private static final int NONE = -1;

    private final HandedSocket socket;
    private final InputStream in;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong received = new AtomicLong();

    /** Written under the lock. */
    private volatile int firstByte;

    /** Guarded by the lock: a read gave -1, and every later one does, whatever has happened since. */
    private boolean atEnd;

    /** Written under the lock. */
    private volatile boolean ended;

    /** Guarded by the lock: what had been sent when the first read began, which may have timed out since; or none. */
    private long sentBeforeFirstRead = NONE;

    /** Written under the lock: the same while a read waits for the first byte of all, else none. */
    private volatile long sentBeforeWaiting = NONE;

    HandedInput(HandedSocket socket, InputStream in, int firstByte) {
        this.socket = socket;
        this.in = in;
        this.firstByte = firstByte;
        received.set(firstByte == NONE ? 0 : 1);
    }

    long received() {
        return received.get();
    }

    boolean ended() {
        return ended;
    }

    /** Whether a read waits for the first byte of all, and nothing was sent since the first read began. */
    boolean awaitsFirstByte() {
        return sentBeforeWaiting == socket.bytesSent();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) > 0 ? one[0] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            if (atEnd) {
                return -1;
            }
            int count = receive(bytes, offset, Math.min(length, MAX_CHUNK));
            if (count < 0) {
                atEnd = true;
                ended = !socket.isInputShutdown();
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    private int receive(byte[] bytes, int offset, int length) throws IOException {
        IOException failure;
        socket.beginOperation();
        try {
            return firstByte != NONE && !socket.isInputShutdown()
                    ? giveBack(bytes, offset, length)
                    : await(bytes, offset, length);
        } catch (IOException e) {
            IOException own = socket.ownDoing(e, false);
            failure = own != null ? own : socket.peerDoing(e);
        } finally {
            socket.endOperation();
        }
        socket.closeIfOver(failure);
        throw failure;
    }

    /** The first byte and what has arrived besides. Never waits: only who holds the lock takes what is available. */
    private int giveBack(byte[] bytes, int offset, int length) throws IOException {
        int more = Math.min(length - 1, in.available());
        int count = more > 0 ? counted(in.read(bytes, offset + 1, more)) : 0;
        bytes[offset] = (byte) firstByte;
        firstByte = NONE;
        return 1 + Math.max(count, 0);
    }

    private int await(byte[] bytes, int offset, int length) throws IOException {
        if (received.get() > 0) {
            return counted(in.read(bytes, offset, length));
        }
        if (sentBeforeFirstRead == NONE) {
            sentBeforeFirstRead = socket.bytesSent();
        }
        sentBeforeWaiting = sentBeforeFirstRead;
        try {
            return counted(in.read(bytes, offset, length));
        } finally {
            sentBeforeWaiting = NONE;
        }
    }

    private int counted(int count) {
        if (count > 0) {
            received.addAndGet(count);
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        if (socket.isClosed()) {
            throw new SocketException(ChannelSocket.CLOSED);
        }
        if (socket.isInputShutdown()) {
            return 0;
        }
        try {
            return (firstByte == NONE ? 0 : 1) + in.available();
        } catch (ClosedChannelException e) {
            throw ChannelSocket.withCause(new SocketException(ChannelSocket.CLOSED), e);
        }
    }

    /** Closes the socket. */
    @Override
    public void close() {
        socket.close();
    }
}
