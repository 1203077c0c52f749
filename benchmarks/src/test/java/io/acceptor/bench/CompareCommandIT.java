package io.acceptor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void tellsTheBlackBoxFromALoopThatWorks(@TempDir Path folder) {
        int exit = AcceptorBench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "compare",
                        "--servers=loop-pool,loop-wedged",
                        "--scenario=probes-1k",
                        "--rounds=1",
                        "--seconds=2",
                        "--warm-up=1",
                        "--victims=20",
                        "--jvm-option=-Xmx64m",
                        "--report=" + folder);
        assertThat(exit).as(err + "\n" + out).isZero();
        assertThat(err.toString()).contains("round 1, loop-pool; victims greeted 100.00 %", "round 1, loop-wedged");
        assertThat(out.toString())
                .contains("Served their clients: loop-pool. Did not: loop-wedged (0.0 %, never came back).");
        assertThat(folder.resolve("report.html")).content().contains("\"loop-wedged\"", "probes-1k");
        assertThat(folder.resolve("results.csv")).content().contains("probes-1k,loop-pool,1,true");
    }
}
