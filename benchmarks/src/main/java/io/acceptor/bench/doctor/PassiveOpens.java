package io.acceptor.bench.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How many connections have come in to all listeners of the network namespace: {@code PassiveOpens} of {@code Tcp} in
 * {@code /proc/self/net/snmp} (RFC 2012). The kernel counts a connection right before it puts it into an accept queue.
 */
final class PassiveOpens {
    private static final Path FILE = Path.of("/proc/self/net/snmp");
    private static final String TCP = "Tcp:";

    private PassiveOpens() {}

    /** The number now; NaN when unknown. */
    static double read() {
        try {
            return of(Files.readAllLines(FILE));
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** A line of names, and one of values in the same order. */
    static double of(List<String> lines) {
        List<List<String>> tcp = lines.stream()
                .filter(line -> line.startsWith(TCP))
                .map(line -> List.of(line.split(" ", -1)))
                .toList();
        int column = tcp.size() == 2 ? tcp.get(0).indexOf("PassiveOpens") : -1;
        if (column < 0 || column >= tcp.get(1).size()) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(tcp.get(1).get(column));
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
