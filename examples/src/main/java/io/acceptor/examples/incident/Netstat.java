package io.acceptor.examples.incident;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code netstat -ant} lists, from where netstat has it: the kernel's tables of connections. */
final class Netstat {
    static final String NOTHING = "(nothing)";

    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final String LISTEN = "0A";
    /** As in include/net/tcp_states.h. */
    private static final Map<String, String> STATES = Map.of(
            "01",
            "ESTABLISHED",
            "02",
            "SYN_SENT",
            "03",
            "SYN_RECV",
            "04",
            "FIN_WAIT1",
            "05",
            "FIN_WAIT2",
            "06",
            "TIME_WAIT",
            "08",
            "CLOSE_WAIT",
            "09",
            "LAST_ACK",
            LISTEN,
            "LISTEN",
            "0B",
            "CLOSING");

    private record Row(int localPort, int remotePort, String state) {}

    private Netstat() {}

    /** How many connections of a server it lists, in whatever state; the listener itself is none. */
    static long connectionsOf(int serverPort) throws IOException {
        return rows().stream()
                .filter(row -> row.localPort == serverPort && !row.state.equals(LISTEN))
                .count();
    }

    /** The state of one end of a connection, or {@link #NOTHING} if it is not in the tables. */
    static String state(int localPort, int remotePort) throws IOException {
        return rows().stream()
                .filter(row -> row.localPort == localPort && row.remotePort == remotePort)
                .map(row -> STATES.getOrDefault(row.state, row.state))
                .findFirst()
                .orElse(NOTHING);
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                Files.readAllLines(table).stream().skip(1).map(Netstat::row).forEach(rows::add);
            }
        }
        return rows;
    }

    /** " 0: 0100007F:0FA0 00000000:0000 0A ...": number, local, remote, state. */
    private static Row row(String line) {
        String[] words = line.strip().split("\\s+", -1);
        return new Row(port(words[1]), port(words[2]), words[3].toUpperCase(Locale.ROOT));
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
    }
}
