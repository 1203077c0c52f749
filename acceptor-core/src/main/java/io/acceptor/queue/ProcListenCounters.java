package io.acceptor.queue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Parser of {@code /proc/net/netstat}: two columns of TcpExt, found by their names, since every kernel has others. Thread-safe.
 *
 * <pre>
 *   TcpExt: SyncookiesSent SyncookiesRecv ... ListenOverflows ListenDrops ...
 *   TcpExt: 0 0 ... 368 368 ...
 * </pre>
 *
 * <p>Written by {@code netstat_seq_show} ({@code net/ipv4/proc.c}): values are unsigned decimals, as many as there are names.
 */
final class ProcListenCounters {
    private static final String PREFIX = "TcpExt: ";
    private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);

    /** Up to here a double tells every number from the next; no kernel counts so far, so a larger one is garbled. */
    private static final long LARGEST = 1L << 53;

    private static final int LARGEST_DIGITS = 16;

    private final HeldFile file;
    private final ProcLines lines = new ProcLines();

    /** Guards the file and its lines; held for one reading. Not that of {@link QueueSource}, whose scans take longer. */
    private final ReentrantLock lock = new ReentrantLock();

    ProcListenCounters(HeldFile file) {
        this.file = file;
    }

    ListenCounters read() {
        lock.lock();
        try {
            RandomAccessFile held = file.open();
            return held == null ? ListenCounters.UNKNOWN : parse(held);
        } catch (IOException e) {
            file.abandon();
            return ListenCounters.UNKNOWN;
        } finally {
            lock.unlock();
        }
    }

    private ListenCounters parse(RandomAccessFile held) throws IOException {
        lines.start(held);
        ProcLines.Step step = lines.next(held);
        while (step == ProcLines.Step.LINE && !lines.startsWith(PREFIX_BYTES)) {
            step = lines.next(held);
        }
        if (step != ProcLines.Step.LINE) {
            return ListenCounters.UNKNOWN;
        }
        List<String> names = words();
        if (lines.next(held) != ProcLines.Step.LINE || !lines.startsWith(PREFIX_BYTES)) {
            return ListenCounters.UNKNOWN;
        }
        List<String> values = words();
        return names.size() == values.size()
                ? new ListenCounters(value(names, values, "ListenOverflows"), value(names, values, "ListenDrops"))
                : ListenCounters.UNKNOWN;
    }

    /** What stands behind the prefix of the line. */
    private List<String> words() {
        int from = lines.from() + PREFIX.length();
        String text = new String(lines.buffer(), from, lines.to() - from, StandardCharsets.ISO_8859_1);
        return Arrays.asList(text.split(" ", -1));
    }

    private static double value(List<String> names, List<String> values, String name) {
        int column = names.indexOf(name);
        return column < 0 ? Double.NaN : number(values.get(column));
    }

    private static double number(String word) {
        boolean sound = !word.isEmpty()
                && word.length() <= LARGEST_DIGITS
                && word.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        long value = sound ? Long.parseLong(word) : Long.MAX_VALUE;
        return value <= LARGEST ? value : Double.NaN;
    }
}
