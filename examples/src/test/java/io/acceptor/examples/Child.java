package io.acceptor.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.acceptor.it.NativeAccess;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A program under test, its output kept. Closing it ends it with SIGTERM, and fails if that does not. */
public final class Child implements AutoCloseable {
    private static final long SECONDS = 30;
    private static final Pattern READY = Pattern.compile("^READY \\S+:(\\d+)$");

    private final Process process;
    private final Thread reader;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Child(Process process) {
        this.process = process;
        reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Whether there is a program of this name to run. */
    private static boolean installed(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /** Skips the calling test, and says why, if there is no program of this name. */
    public static void require(String name) {
        assumeTrue(installed(name), name + " is not installed");
    }

    /** Starts any program. */
    public static Child start(List<String> command) throws IOException {
        return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Starts an example by its name, as a user does; the options follow. */
    public static Child example(String... nameAndOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dlogback.configurationFile=logback.xml"); // the examples' own, and not what a test jar brings
        command.addAll(NativeAccess.ofThisJvm()); // the jar's manifest has that too
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Examples.class.getName()));
        command.addAll(List.of(nameAndOptions));
        return start(command);
    }

    /** What ncat hears from this port of ours that it says a line to, at once; skips the calling test if there is none. */
    public static List<String> ncat(int port, String line) throws IOException, InterruptedException {
        require("ncat");
        try (Child ncat = start(List.of("ncat", "127.0.0.1", Integer.toString(port)))) {
            try (Writer input = ncat.process.outputWriter()) {
                input.write(line + "\r\n");
            } catch (IOException e) {
                // It has heard enough already.
            }
            assertThat(ncat.exitCode()).as("%s", ncat).isZero();
            return ncat.lines();
        }
    }

    /** Waits until an example listens, and gives its port. */
    public int port() {
        return Integer.parseInt(find(READY));
    }

    /** Waits for its end and gives its exit code; the output goes into the failure of whoever minds. */
    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("%s ends", this)
                .isTrue();
        reader.join();
        return process.exitValue();
    }

    /** Asks it to end, with SIGTERM. */
    public void terminate() {
        process.toHandle().destroy(); // Process.destroy() would close its output too
    }

    /** What it has printed so far, errors among it. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits for a line in which the pattern is found, and gives its first group. */
    public String find(Pattern pattern) {
        return Awaitility.await()
                .pollDelay(Duration.ZERO)
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
        terminate();
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
