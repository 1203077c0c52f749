package io.acceptor.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;

/**
 * The lines of a kernel file, one after the other in one buffer that is used again for every scan. Used by one thread at a
 * time.
 */
final class ProcLines {

    /*
     * The kernel fills a read with whole rows until no more fit or there are none. So the end shows in a read with room left,
     * and asking once more is spared: at the end of a socket table it costs the kernel another walk of all its connections.
     */
    enum Step {
        /** There is a line. */
        LINE,
        /** The table ended behind the line before. */
        END,
        /** The table ended within a line, or a line or the table is too long. */
        BROKEN
    }

    /** Reads of up to this size need no memory of their own in the JDK's native code; the kernel gives a page at most. */
    private static final int BUFFER_BYTES = 8192;

    /** Some 14,000 listeners: beyond that a scan would hold others up for too long. */
    static final int MAX_SCAN_BYTES = 2 * 1024 * 1024;

    /** The least that the kernel has room for in one read ({@code seq_read_iter} in {@code fs/seq_file.c}). */
    private static final int PAGE_BYTES = 4096;

    /** More than a row ever takes; a read with room for one more row has come to the end. */
    private static final int LONGEST_ROW_BYTES = 512;

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private int next;
    private int filled;
    private int total;
    private int most;
    private boolean ended;

    /** Begins at the table's start: the kernel walks its sockets anew. */
    void start(RandomAccessFile file) throws IOException {
        start(file, MAX_SCAN_BYTES);
    }

    /** The same, for a table of which more is to be read. */
    void start(RandomAccessFile file, int mostBytes) throws IOException {
        file.seek(0);
        most = mostBytes;
        next = 0;
        filled = 0;
        total = 0;
        ended = false;
    }

    /** Goes to the next line, reading on if need be. */
    Step next(RandomAccessFile file) throws IOException {
        from = next;
        to = next;
        while (!atLineEnd()) {
            makeRoom();
            if (filled == buffer.length || total >= most) {
                return Step.BROKEN;
            }
            int read = ended ? -1 : file.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                return filled == 0 ? Step.END : Step.BROKEN;
            }
            ended = read < Math.min(PAGE_BYTES, buffer.length - filled) - LONGEST_ROW_BYTES;
            filled += read;
            total += read;
        }
        next = to + 1;
        return Step.LINE;
    }

    boolean startsWith(byte[] text) {
        return to - from >= text.length && Arrays.equals(buffer, from, from + text.length, text, 0, text.length);
    }

    byte[] buffer() {
        return buffer;
    }

    /** Where the line starts in the buffer. */
    int from() {
        return from;
    }

    /** Where the line ends, its line feed not included. */
    int to() {
        return to;
    }

    private boolean atLineEnd() {
        while (to < filled && buffer[to] != '\n') {
            to++;
        }
        return to < filled;
    }

    /** Moves the unfinished line to the front. */
    private void makeRoom() {
        System.arraycopy(buffer, from, buffer, 0, filled - from);
        filled -= from;
        to -= from;
        from = 0;
    }
}
