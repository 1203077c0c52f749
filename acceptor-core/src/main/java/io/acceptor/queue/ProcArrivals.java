package io.acceptor.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * How many connections have come in to all listeners of the network namespace since it was made: {@code PassiveOpens} in
 * {@code /proc/self/net/snmp}. Not thread-safe: {@link QueueSource} guards it.
 *
 * <p>The kernel counts a connection ({@code tcp_create_openreq_child} in {@code net/ipv4/tcp_minisocks.c}) right before
 * it puts it into an accept queue. So a queue that was empty is still empty if the number is the same.
 */
final class ProcArrivals {
    static final long UNKNOWN = -1;

    /** The names as RFC 2012 orders them; the line that follows holds the values. */
    private static final byte[] NAMES =
            "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens ".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] VALUES = "Tcp: ".getBytes(StandardCharsets.US_ASCII);
    private static final int COLUMN = 6;

    private final HeldFile file;
    private final ProcLines lines = new ProcLines();

    ProcArrivals(HeldFile file) {
        this.file = file;
    }

    long count() {
        RandomAccessFile held = file.open();
        if (held == null) {
            return UNKNOWN;
        }
        try {
            lines.start(held);
            ProcLines.Step step = lines.next(held);
            while (step == ProcLines.Step.LINE && !lines.startsWith(NAMES)) {
                step = lines.next(held);
            }
            boolean found = step == ProcLines.Step.LINE && lines.next(held) == ProcLines.Step.LINE;
            return found && lines.startsWith(VALUES) ? value() : UNKNOWN;
        } catch (IOException e) {
            file.abandon();
            return UNKNOWN;
        }
    }

    private long value() {
        byte[] text = lines.buffer();
        int at = lines.from();
        for (int column = 0; at < lines.to() && column < COLUMN; at++) {
            if (text[at] == ' ') {
                column++;
            }
        }
        long value = 0;
        int from = at;
        while (at < lines.to() && text[at] >= '0' && text[at] <= '9') {
            value = value * 10 + text[at++] - '0';
        }
        boolean sound = at > from && at < lines.to() && text[at] == ' ';
        return sound ? value & Long.MAX_VALUE : UNKNOWN;
    }
}
