package io.acceptor.it;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the system that a test runs, and ends by its process. */
final class Program implements AutoCloseable {
    private static final List<String> ALSO = List.of("/usr/sbin", "/usr/local/sbin", "/sbin");

    private final Process process;
    private final Path errors;

    private Program(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /** Where a program is; skips the calling test, and says why, if it is not installed. */
    static String require(String name) {
        List<String> directories = new ArrayList<>(List.of(System.getenv("PATH").split(File.pathSeparator, -1)));
        directories.addAll(ALSO);
        for (String directory : directories) {
            Path program = Path.of(directory, name);
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        return abort(name + " is missing: apt-get install " + name);
    }

    /** Starts it with its input at an end. */
    static Program startWithoutInput(Path directory, String... command) throws IOException {
        return start(directory, ProcessBuilder.Redirect.from(new File("/dev/null")), command);
    }

    /** Starts it with an input to be written to. */
    static Program start(Path directory, String... command) throws IOException {
        return start(directory, ProcessBuilder.Redirect.PIPE, command);
    }

    private static Program start(Path directory, ProcessBuilder.Redirect input, String... command) throws IOException {
        Path errors = Files.createTempFile(directory, "errors", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(input)
                .redirectError(errors.toFile())
                .start();
        return new Program(process, errors);
    }

    Process process() {
        return process;
    }

    /** What it has written to its standard error so far. */
    String errors() throws IOException {
        return Files.readString(errors, StandardCharsets.UTF_8);
    }

    List<String> errorLines() throws IOException {
        try (Stream<String> lines = errors().lines()) {
            return lines.toList();
        }
    }

    /** All that it writes to its standard output, to the end. */
    byte[] output() throws IOException {
        return process.getInputStream().readAllBytes();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(Peers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError(process.info().command().orElse("the program") + " does not end");
        }
        return process.exitValue();
    }

    /** Asks it to end, then makes it. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
