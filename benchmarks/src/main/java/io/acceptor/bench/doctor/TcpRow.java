package io.acceptor.bench.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket in the kernel's tables of TCP, {@code /proc/net/tcp6} and {@code /proc/net/tcp}. Immutable.
 *
 * @param local the socket's own end
 * @param peer the other end
 * @param state a number of {@code include/net/tcp_states.h}
 * @param depth of a listener, how many connections its accept queue holds
 * @param uid whose it is
 * @param inode the socket's, which tells the process that has it open; 0 if none has
 */
record TcpRow(InetSocketAddress local, InetSocketAddress peer, int state, long depth, int uid, long inode) {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp6"), Path.of("/proc/self/net/tcp"));

    private static final int ESTABLISHED = 1;
    private static final int SYN_SENT = 2;
    private static final int SYN_RECV = 3;
    private static final int CLOSE = 7;
    private static final int CLOSE_WAIT = 8;
    private static final int LISTEN = 10;
    private static final int NEW_SYN_RECV = 12;

    private static final int LOCAL = 1;
    private static final int PEER = 2;
    private static final int STATE = 3;
    private static final int QUEUES = 4;
    private static final int UID = 7;
    private static final int INODE = 9;
    private static final int HEX = 16;
    private static final int WORD = 8;

    /**
     * All listeners of this network namespace, in the kernel's order.
     *
     * @throws IOException if a table cannot be read
     */
    static List<TcpRow> listeners() throws IOException {
        return read(true);
    }

    /**
     * The listeners that share an address: one, or a group (SO_REUSEPORT).
     *
     * @throws IOException if a table cannot be read
     */
    static List<TcpRow> listenersAt(InetSocketAddress local) throws IOException {
        return listeners().stream().filter(row -> row.local.equals(local)).toList();
    }

    /**
     * All sockets of this network namespace, listeners first. With many connections open that takes tens of milliseconds.
     *
     * @throws IOException if a table cannot be read
     */
    static List<TcpRow> all() throws IOException {
        return read(false);
    }

    private static List<TcpRow> read(boolean listenersOnly) throws IOException {
        List<TcpRow> rows = new ArrayList<>();
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                addRows(table, listenersOnly, rows);
            }
        }
        return rows;
    }

    /** The listeners come first in a table, so the rest of it need not be read. */
    private static void addRows(Path table, boolean listenersOnly, List<TcpRow> rows) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(table)) {
            lines.readLine(); // the heading
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                TcpRow row = parsed(line);
                if (listenersOnly && !row.isListener()) {
                    return;
                }
                rows.add(row);
            }
        }
    }

    /** A line of a table. Of a listener, the second half of {@code tx_queue:rx_queue} is its depth. */
    static TcpRow parsed(String line) throws UnknownHostException {
        String[] words = line.strip().split("\\s+", -1);
        return new TcpRow(
                address(words[LOCAL]),
                address(words[PEER]),
                Integer.parseInt(words[STATE], HEX),
                Long.parseLong(words[QUEUES].substring(WORD + 1), HEX),
                Integer.parseInt(words[UID]),
                Long.parseLong(words[INODE]));
    }

    boolean isListener() {
        return state == LISTEN;
    }

    /** Whether a program has taken this connection from an accept queue, if it came in; a queued one belongs to no process. */
    boolean isAccepted() {
        return switch (state) {
            case ESTABLISHED, CLOSE_WAIT -> inode != 0;
            case LISTEN, SYN_SENT, SYN_RECV, NEW_SYN_RECV, CLOSE -> false;
            default -> true; // closed by the program, after it had accepted it
        };
    }

    /** {@code 0100007F:0FA0}: words of 32 bits as this processor stores them, and the port. */
    static InetSocketAddress address(String text) throws UnknownHostException {
        int colon = text.indexOf(':');
        ByteBuffer bytes = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
        for (int at = 0; at < colon; at += WORD) {
            bytes.putInt(Integer.parseUnsignedInt(text, at, at + WORD, HEX));
        }
        return new InetSocketAddress(
                InetAddress.getByAddress(bytes.array()), Integer.parseInt(text, colon + 1, text.length(), HEX));
    }
}
