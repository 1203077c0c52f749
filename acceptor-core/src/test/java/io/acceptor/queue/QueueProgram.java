package io.acceptor.queue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A JVM of its own that fills a queue and says what it sees, or holds connections open: {@link #main} runs in it. */
final class QueueProgram {
    static final String SEEN = " depth 4 limit 64 ghosts 1 visible 3 peak 4";

    private static final int BACKLOG = 64;

    private QueueProgram() {}

    /**
     * Starts it.
     *
     * @param jna whether JNA is on its class path
     * @param options of the JVM
     * @param arguments nothing to fill a queue, or how many accepted connections it shall hold until its input ends
     */
    static ProcessBuilder command(boolean jna, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> jna || !entry.contains("jna"))
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(QueueProgram.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** Fills a queue and prints a line; or opens connections, prints a line and waits. */
    public static void main(String[] args) throws IOException {
        if (args.length > 0) {
            hold(Integer.parseInt(args[0]));
        } else {
            look();
        }
    }

    private static void hold(int connections) throws IOException {
        List<Channel> open = connections(connections);
        System.out.println("open");
        System.in.transferTo(OutputStream.nullOutputStream());
        for (Channel each : open) {
            each.close();
        }
    }

    private static void look() throws IOException {
        try (QueueMaker made = QueueMaker.listen("127.0.0.1", "127.0.0.1", BACKLOG)) {
            AcceptQueue queue = AcceptQueue.of(made.local(), BACKLOG, 1);
            made.live(1);
            made.live(2);
            made.halfClosed(3);
            made.ghost();
            AcceptQueueInspection seen = queue.inspection();
            for (int tries = 0; tries < 1000 && seen.ghosts() != 1; tries++) {
                seen = queue.inspection();
            }
            System.out.printf(
                    "%s depth %.0f limit %.0f ghosts %.0f visible %d peak %.0f%n",
                    seen.source(),
                    seen.reading().depth(),
                    seen.reading().limit(),
                    seen.ghosts(),
                    seen.visible().size(),
                    queue.peak());
        }
    }

    private static List<Channel> connections(int count) throws IOException {
        List<Channel> open = new ArrayList<>(2 * count);
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < count; i++) {
                SocketChannel client = SocketChannel.open();
                byte[] source = {127, 0, 1, (byte) (1 + i % 200)};
                client.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
                client.connect(listener.getLocalAddress());
                open.add(client);
                open.add(listener.accept());
            }
        }
        return open;
    }
}
