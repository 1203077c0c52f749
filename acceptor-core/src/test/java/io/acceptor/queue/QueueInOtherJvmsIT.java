package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The same queue with JNA and without, where JNA cannot work, and beside very many connections. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class QueueInOtherJvmsIT {
    /** Whether the JVM warns when native code is used without leave. */
    private static final boolean WARNS = Runtime.version().feature() >= 24;

    private static final String PROC_ONLY = "-Dio.acceptor.queue.source=proc";
    private static final int CONNECTIONS = 20_000;

    /** So many JVMs share them: two descriptors each, and few systems allow a process more than some thousands. */
    private static final int HOLDERS = 3;

    @TempDir
    private Path directory;

    private String run(boolean jna, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        if (WARNS) {
            all.add("--enable-native-access=ALL-UNNAMED");
        }
        return run(jna, all);
    }

    private String run(boolean jna, List<String> options) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = QueueProgram.command(jna, options)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(err)).as("nothing is said about it").isEmpty();
        assertThat(process.exitValue()).isZero();
        return Files.readString(out).strip();
    }

    @Test
    void withJnaTheKernelIsAskedByNetlink() throws Exception {
        assertThat(run(true)).isEqualTo("sock_diag" + QueueProgram.SEEN);
    }

    @Test
    void withoutLeaveToUseNativeCodeTheJvmHasNothingToWarnOf() throws Exception {
        assertThat(run(true, List.of())).isEqualTo((WARNS ? "proc" : "sock_diag") + QueueProgram.SEEN);
    }

    @Test
    void withoutJnaProcIsRead() throws Exception {
        assertThat(run(false)).isEqualTo("proc" + QueueProgram.SEEN);
    }

    @Test
    void whereJnaFindsNoNativeCodeProcIsRead() throws Exception {
        assertThat(run(true, "-Djna.nosys=true", "-Djna.nounpack=true")).isEqualTo("proc" + QueueProgram.SEEN);
    }

    @Test
    void noClassOfJnaIsTouchedWhereItIsNotWanted() throws Exception {
        Path loaded = directory.resolve("loaded");
        assertThat(run(true, PROC_ONLY, "-Xlog:class+load=info:file=" + loaded)).isEqualTo("proc" + QueueProgram.SEEN);
        assertThat(Files.readAllLines(loaded))
                .anyMatch(line -> line.contains("io.acceptor.queue.AcceptQueue "))
                .noneMatch(line -> line.contains("com.sun.jna"));
    }

    @Test
    void manyConnectionsElsewhereChangeNothing() throws Exception {
        List<Process> holders = new ArrayList<>();
        try {
            for (int i = 0; i < HOLDERS; i++) {
                holders.add(QueueProgram.command(true, List.of(), Integer.toString(CONNECTIONS / HOLDERS + 1))
                        .redirectError(directory.resolve("held").toFile())
                        .start());
            }
            for (Process holder : holders) {
                assertThat(holder.inputReader().readLine()).isEqualTo("open");
            }
            assertThat(run(true)).isEqualTo("sock_diag" + QueueProgram.SEEN);
            assertThat(run(true, PROC_ONLY)).isEqualTo("proc" + QueueProgram.SEEN);
        } finally {
            for (Process holder : holders) {
                holder.getOutputStream().close();
            }
        }
    }
}
