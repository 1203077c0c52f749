package io.acceptor.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One of the kernel's socket tables. Not thread-safe: {@link QueueSource} guards it.
 */
final class ProcTable {

    /*
     * A scan reads from position 0, where the kernel begins a new walk of its sockets: first the listeners, then all others
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

    private final HeldFile file;
    private final ProcRow row;
    private final ProcLines lines = new ProcLines();

    ProcTable(HeldFile file, boolean v6, ByteOrder order) {
        this.file = file;
        this.row = new ProcRow(v6, order);
    }

    /** Shows every listener's row to every tally. */
    Result scan(Tally[] tallies) {
        RandomAccessFile held = file.open();
        if (held == null) {
            return file.isMissing() ? Result.ABSENT : Result.FAILED;
        }
        try {
            return read(held, tallies);
        } catch (IOException e) {
            file.abandon();
            return Result.FAILED;
        }
    }

    private Result read(RandomAccessFile held, Tally[] tallies) throws IOException {
        lines.start(held);
        if (lines.next(held) != ProcLines.Step.LINE || !lines.startsWith(HEADER)) {
            return Result.FAILED;
        }
        ProcLines.Step step = lines.next(held);
        while (step == ProcLines.Step.LINE) {
            ProcRow.Kind kind = row.parse(lines.buffer(), lines.from(), lines.to());
            if (kind != ProcRow.Kind.LISTENER) {
                return kind == ProcRow.Kind.OTHER ? Result.COMPLETE : Result.FAILED;
            }
            for (Tally tally : tallies) {
                tally.count(row);
            }
            step = lines.next(held);
        }
        return step == ProcLines.Step.END ? Result.COMPLETE : Result.FAILED;
    }
}
