package io.acceptor.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One of the kernel's socket tables. Not thread-safe.
 */
final class ProcTable {

    /*
     * A search for listeners reads from position 0, where the kernel begins a new walk of its sockets: first the listeners, then all others
     * (tcp_seq_start and tcp_seq_next in net/ipv4/tcp_ipv4.c). It ends at the first row that is no listener; there may be
     * tens of thousands behind it.
     *
     * What cannot be avoided: before the kernel hands the last listener out it looks for the row behind it, and that walks the
     * hash of all connections up to the first one of this family and namespace (established_get_first). With some
     * connections that is nothing. Without any it is the whole hash, up to half a million buckets: milliseconds.
     */
    enum Result {
        /** Every listener was seen. */
        COMPLETE,
        /** There is no such table. */
        ABSENT,
        /** Nothing that was counted may be used. */
        FAILED
    }

    /** What both tables begin with ({@code tcp4_seq_show}, {@code tcp6_seq_show}). */
    private static final byte[] HEADER = "  sl  local_address ".getBytes(StandardCharsets.US_ASCII);

    /** Some 700,000 connections: more than a table of which anybody would wait for the end. */
    private static final int MAX_TABLE_BYTES = 128 * 1024 * 1024;

    private final HeldFile file;
    private final boolean v6;
    private final ProcRow row;
    private final ProcLines lines = new ProcLines();

    ProcTable(HeldFile file, boolean v6, ByteOrder order) {
        this.file = file;
        this.v6 = v6;
        this.row = new ProcRow(v6, order);
    }

    /** Shows every listener to every port. */
    Result listeners(PortListeners[] ports) {
        RandomAccessFile held = file.open();
        if (held == null) {
            return unopened();
        }
        try {
            return readListeners(held, ports);
        } catch (IOException e) {
            file.abandon();
            return Result.FAILED;
        }
    }

    private Result readListeners(RandomAccessFile held, PortListeners[] ports) throws IOException {
        lines.start(held);
        if (!atHeader(held)) {
            return Result.FAILED;
        }
        ProcLines.Step step = lines.next(held);
        while (step == ProcLines.Step.LINE) {
            if (!row.parse(lines.buffer(), lines.from(), lines.to())) {
                return Result.FAILED;
            }
            if (row.state() != SocketRow.LISTEN) {
                return Result.COMPLETE;
            }
            if (!row.parseRest()) {
                return Result.FAILED;
            }
            show(ports);
            step = lines.next(held);
        }
        return step == ProcLines.Step.END ? Result.COMPLETE : Result.FAILED;
    }

    private void show(PortListeners[] ports) {
        for (PortListeners each : ports) {
            if (each.port() == row.port()) {
                each.add(Listener.of(row, v6));
            }
        }
    }

    /** Shows every connection at a port that nobody has accepted; reads the whole table for that. */
    Result queued(int port, Consumer<SocketRow> to) {
        RandomAccessFile held = file.open();
        if (held == null) {
            return unopened();
        }
        try {
            return readQueued(held, port, to);
        } catch (IOException e) {
            file.abandon();
            return Result.FAILED;
        }
    }

    private Result readQueued(RandomAccessFile held, int port, Consumer<SocketRow> to) throws IOException {
        lines.start(held, MAX_TABLE_BYTES);
        if (!atHeader(held)) {
            return Result.FAILED;
        }
        ProcLines.Step step = lines.next(held);
        while (step == ProcLines.Step.LINE) {
            if (!row.parse(lines.buffer(), lines.from(), lines.to())) {
                return Result.FAILED;
            }
            if (row.port() == port && isQueuedState(row.state())) {
                if (!row.parseRest()) {
                    return Result.FAILED;
                }
                if (!row.isAccepted()) {
                    to.accept(row);
                }
            }
            step = lines.next(held);
        }
        return step == ProcLines.Step.END ? Result.COMPLETE : Result.FAILED;
    }

    private static boolean isQueuedState(int state) {
        return state == SocketRow.ESTABLISHED || state == SocketRow.CLOSE_WAIT || state == SocketRow.SYN_RECV;
    }

    private boolean atHeader(RandomAccessFile held) throws IOException {
        return lines.next(held) == ProcLines.Step.LINE && lines.startsWith(HEADER);
    }

    private Result unopened() {
        return file.isMissing() ? Result.ABSENT : Result.FAILED;
    }
}
