package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What HAProxy says about the servers behind it, on its control socket. */
public record HaproxyStatus(Path socket) {

    /**
     * One server.
     *
     * @param status {@code UP} or something else
     * @param sessions clients passed on
     * @param connectionErrors clients that could not be passed on
     * @param failedChecks checks that failed while it was up
     * @param wentDown how often it went from UP to DOWN
     * @param lastCheck how the last check ended
     */
    public record Server(
            String status, long sessions, long connectionErrors, long failedChecks, long wentDown, String lastCheck) {}

    /** By section and server, as in {@code SECTION/SERVER}. */
    public Map<String, Server> servers() throws IOException {
        List<String> lines = ask("show stat\n").lines().toList();
        List<String> columns = List.of(lines.get(0).replace("# ", "").split(",", -1));
        Map<String, Server> servers = new HashMap<>();
        for (String line : lines) {
            String[] cells = line.split(",", -1);
            if (cells.length > 2 && !List.of("svname", "FRONTEND", "BACKEND").contains(cells[1])) {
                servers.put(
                        cells[0] + "/" + cells[1],
                        new Server(
                                cells[columns.indexOf("status")],
                                number(cells[columns.indexOf("stot")]),
                                number(cells[columns.indexOf("econ")]),
                                number(cells[columns.indexOf("chkfail")]),
                                number(cells[columns.indexOf("chkdown")]),
                                cells[columns.indexOf("check_status")]));
            }
        }
        return servers;
    }

    private static long number(String cell) {
        return cell.isEmpty() ? 0 : Long.parseLong(cell);
    }

    private String ask(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(command.getBytes(US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), US_ASCII);
        }
    }
}
