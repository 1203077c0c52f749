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
 * A listener in the kernel's tables.
 *
 * @param local where it listens
 * @param uid whose it is
 * @param inode the socket's, which tells the process that has it open
 */
record ListenRow(InetSocketAddress local, int uid, long inode) {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp6"), Path.of("/proc/self/net/tcp"));

    private static final String LISTEN = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int UID = 7;
    private static final int INODE = 9;
    private static final int HEX = 16;
    private static final int WORD = 8;

    /**
     * All listeners at a port, in this network namespace.
     *
     * @throws IOException if a table cannot be read
     */
    static List<ListenRow> at(int port) throws IOException {
        List<ListenRow> found = new ArrayList<>();
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                addListeners(table, port, found);
            }
        }
        return found;
    }

    /** The listeners come first in a table, so the rest of it is not read. */
    private static void addListeners(Path table, int port, List<ListenRow> found) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(table)) {
            lines.readLine(); // the heading
            String line = lines.readLine();
            while (line != null) {
                String[] words = line.strip().split("\\s+", -1);
                if (!words[STATE].equals(LISTEN)) {
                    return;
                }
                InetSocketAddress local = address(words[LOCAL]);
                if (local.getPort() == port) {
                    found.add(new ListenRow(local, Integer.parseInt(words[UID]), Long.parseLong(words[INODE])));
                }
                line = lines.readLine();
            }
        }
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
