package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.List;
import java.util.Scanner;

/** What {@code ss} prints of the listeners on a port, summed: the reference that readings are held against. */
public final class SocketStatistics {
    private SocketStatistics() {}

    /** Skips the calling test where there is no {@code ss}. */
    public static void require() {
        try {
            run("ss", "-V");
        } catch (IOException e) {
            abort("ss is missing: nothing to compare with (" + e.getMessage() + ")");
        }
    }

    /** Of all listeners at a port together. */
    public static AcceptQueueReading ofPort(int port) {
        try {
            List<String> lines = run("ss", "-lntH", "sport = :" + port);
            assertThat(lines).as("listeners on port %d", port).isNotEmpty();
            double depth = 0;
            double limit = 0;
            for (String line : lines) {
                Scanner columns = new Scanner(line);
                assertThat(columns.next()).isEqualTo("LISTEN");
                depth += columns.nextLong();
                limit += columns.nextLong();
            }
            return new AcceptQueueReading(depth, limit);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var reader = process.inputReader()) {
            return reader.lines().toList();
        }
    }
}
