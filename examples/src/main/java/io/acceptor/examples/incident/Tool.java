package io.acceptor.examples.incident;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs ss and netstat where they are installed: evidence that is not ours. */
final class Tool {
    private static final long SECONDS = 5;

    private Tool() {}

    /**
     * The command, and of what it prints the heading and the rows that match; or that it is not to be had.
     *
     * @param heading how the heading begins
     * @param rows a regular expression for whole lines
     */
    static List<String> excerpt(List<String> command, String heading, String rows)
            throws IOException, InterruptedException {
        List<String> printed = output(command);
        String prompt = "$ " + String.join(" ", command);
        if (printed.isEmpty()) {
            return List.of(prompt + "    (not installed here; the table above has its figures from /proc)");
        }
        return Stream.concat(
                        Stream.of(prompt + "    (this port)"),
                        printed.stream().filter(line -> line.startsWith(heading) || line.matches(rows)))
                .toList();
    }

    /** What a command prints; empty if it is not installed, fails or takes too long. */
    private static List<String> output(List<String> command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("incident", ".txt");
        try {
            return run(printed, command) ? Files.readAllLines(printed) : List.of();
        } finally {
            Files.delete(printed);
        }
    }

    private static boolean run(Path output, List<String> command) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException notInstalled) {
            return false;
        }
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended && process.exitValue() == 0;
    }
}
