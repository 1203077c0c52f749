package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DoctorWatchIT {
    private static final String CURSOR_UP = "\u001b[9A";

    @Test
    void withoutATerminalThereIsALineASecondAndThenTheReport() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", 50).ghosts(3).live(1)) {
            List<String> lines = DoctorProcess.run(queue.port(), "--watch=2")
                    .output()
                    .lines()
                    .toList();

            assertThat(lines.get(0)).contains("depth 4 of 50", "ghosts 3", "looking");
            assertThat(lines).filteredOn(line -> line.contains(" s  depth ")).hasSizeBetween(2, 3);
            assertThat(lines).contains("  STALLED WITH GHOSTS").noneMatch(line -> line.contains("\u001b"));
        }
    }

    @Test
    void onATerminalThePictureIsDrawnAnewInPlace() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", 50).ghosts(3).live(1)) {
            String command = String.join(
                    " ",
                    DoctorProcess.java(),
                    "-jar",
                    DoctorProcess.JAR.toString(),
                    "doctor",
                    "" + queue.port(),
                    "--watch=2");
            Process script = new ProcessBuilder("script", "--quiet", "--command", command, "/dev/null")
                    .redirectErrorStream(true)
                    .start();
            String screen = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(screen).contains(CURSOR_UP, "127.0.0.1:" + queue.port() + "   looking", "stalled with ghosts");
            assertThat(screen.substring(screen.lastIndexOf(CURSOR_UP))).contains("\u001b[J", "STALLED WITH GHOSTS");
        }
    }
}
