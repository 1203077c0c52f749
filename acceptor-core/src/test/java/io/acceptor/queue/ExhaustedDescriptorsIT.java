package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the queue of a process that has no descriptor left: a JVM of its own, which is allowed but a hundred. */
@EnabledOnOs(OS.LINUX)
class ExhaustedDescriptorsIT {
    private static final int BACKLOG = 4;

    @ParameterizedTest
    @ValueSource(strings = {"sock_diag", "proc"})
    void theFirstReadingNeedsNoFreeDescriptor(String source) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh, whose ulimit is needed");
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -n 100 && exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dio.acceptor.queue.source=" + source,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExhaustedDescriptorsIT.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader()) {
            assertThat(output.lines()).contains("exhausted true depth 2.0 limit 4.0 ghosts 0.0 source " + source);
        }
    }

    /** What the other JVM runs. */
    public static void main(String[] args) throws IOException {
        List<InputStream> hoard = new ArrayList<>();
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG)) {
            InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
            AcceptQueue queue = AcceptQueue.of(local, BACKLOG, 1);
            new Socket(local.getAddress(), local.getPort()).close();
            new Socket(local.getAddress(), local.getPort()).close();
            boolean exhausted = hoard(hoard);
            AcceptQueueReading reading = queue.reading();
            AcceptQueueInspection inspection = queue.inspection();
            for (InputStream in : hoard) {
                in.close();
            }
            System.out.printf(
                    "exhausted %b depth %s limit %s ghosts %s source %s%n",
                    exhausted, reading.depth(), reading.limit(), inspection.ghosts(), inspection.source());
        }
    }

    private static boolean hoard(List<InputStream> hoard) {
        for (int i = 0; i < 100; i++) {
            try {
                hoard.add(new FileInputStream("/dev/null"));
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }
}
