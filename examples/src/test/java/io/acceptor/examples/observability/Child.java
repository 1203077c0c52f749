package io.acceptor.examples.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A program under test, its output kept. Closing it ends it with SIGTERM, and fails if that does not. */
final class Child implements AutoCloseable {
    private static final long SECONDS = 30;

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Child(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Whether there is a program of this name to run. */
    static boolean installed(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    static Child start(List<String> command) throws IOException {
        return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Runs it to its end and gives its exit code; the output goes into the failure of whoever minds. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("%s ends", this)
                .isTrue();
        return process.exitValue();
    }

    /** Waits for a line in which the pattern is found, and gives its first group. */
    String find(Pattern pattern) {
        return Awaitility.await()
                .atMost(SECONDS, TimeUnit.SECONDS)
                .until(() -> firstGroup(pattern), found -> !found.isEmpty());
    }

    private String firstGroup(Pattern pattern) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse("");
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines::add);
        } catch (IOException | RuntimeException ended) {
            // It has gone.
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("%s ends on SIGTERM", this)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return process.info().command().orElse("process") + " " + process.pid() + ":\n" + String.join("\n", lines);
    }
}
