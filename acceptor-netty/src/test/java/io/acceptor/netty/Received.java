package io.acceptor.netty;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What an event loop has received, for a worker to read with blocking reads. Thread-safe. */
final class Received extends InputStream {
    private final Queue<byte[]> chunks = new ArrayDeque<>(); // guarded by this
    private int at; // in the first chunk
    private boolean ended;
    private @Nullable IOException failure;

    synchronized void add(byte[] bytes) {
        if (bytes.length > 0) {
            chunks.add(bytes);
            notifyAll();
        }
    }

    /** Nothing more will come; the first call counts. */
    synchronized void end(@Nullable IOException how) {
        if (!ended) {
            ended = true;
            failure = how;
        }
        notifyAll();
    }

    /** By its reader: reading on fails. */
    @Override
    public synchronized void close() {
        chunks.clear();
        at = 0;
        ended = true;
        failure = new IOException("closed by its reader");
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        while (chunks.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        byte[] chunk = chunks.peek();
        if (chunk == null) {
            if (failure != null) {
                throw failure;
            }
            return -1;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, bytes, offset, count);
        at += count;
        if (at == chunk.length) {
            chunks.remove();
            at = 0;
        }
        return count;
    }

    @Override
    public synchronized int available() {
        return chunks.stream().mapToInt(chunk -> chunk.length).sum() - at;
    }
}
