package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.ThreadDump.JvmThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the accepting thread of a JVM is, by {@code jcmd PID Thread.print}. That sends the JVM a SIGQUIT, which kills one that was
 * started with {@code -Xrs}; so it is done only for a process that catches that signal, runs, and is of our own user.
 */
final class AcceptingThread {
    /** A JVM that reaches a safepoint answers within tenths of a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int MOST_THREADS = 3;
    private static final int MOST_FRAMES = 14;
    private static final Pattern MODULE = Pattern.compile("^at [a-z.]+(@[^/]*)?/");

    private final long pid;

    AcceptingThread(long pid) {
        this.pid = pid;
    }

    /**
     * Lines for people: the threads, or why they are not to be had.
     *
     * @param stalled whether nothing is taken from the queue
     */
    List<String> lines(boolean stalled) throws InterruptedException {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return List.of("No stack of pid " + pid + ": " + obstacle.get() + ".");
        }
        try {
            return lines(ThreadDump.parsed(print()).suspects(stalled));
        } catch (IOException e) {
            return List.of("No stack of pid " + pid + ": " + e.getMessage() + ".");
        }
    }

    /** Why it is not to be asked. */
    private Optional<String> obstacle() {
        Optional<ProcessStatus> status = ProcessStatus.of(pid);
        int us = ProcessStatus.ourselves().map(ProcessStatus::uid).orElse(-1);
        if (status.isEmpty()) {
            return Optional.of("the process is gone");
        }
        if (status.get().uid() != us) {
            return Optional.of("it runs as user " + status.get().uid() + ", this as user " + us);
        }
        if (!status.get().isRunnable()) {
            return Optional.of("it is stopped (State " + status.get().state() + " in /proc/" + pid + "/status)");
        }
        if (!isJvm()) {
            return Optional.of("it is no JVM (libjvm.so is not mapped)");
        }
        return status.get().catchesSigquit()
                ? Optional.empty()
                : Optional.of("it does not catch SIGQUIT (-Xrs?) and would be killed by asking");
    }

    private boolean isJvm() {
        try (Stream<String> maps =
                Files.lines(Path.of("/proc", Long.toString(pid), "maps"), StandardCharsets.ISO_8859_1)) {
            return maps.anyMatch(line -> line.contains("/libjvm.so"));
        } catch (IOException | UncheckedIOException notPermittedOrGone) {
            return false;
        }
    }

    /** Into a file, so that nobody waits for a pipe. */
    private List<String> print() throws IOException, InterruptedException {
        Path file = Files.createTempFile("threads", ".txt");
        try {
            Process process = new ProcessBuilder(jcmd(), Long.toString(pid), "Thread.print")
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
            try {
                if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException("jcmd got no answer within " + PATIENCE.toSeconds() + " s");
                }
            } finally {
                process.destroyForcibly();
            }
            List<String> lines = Files.readAllLines(file);
            if (process.exitValue() != 0) {
                throw new IOException("jcmd failed: " + String.join(" ", lines).strip());
            }
            return lines;
        } finally {
            Files.delete(file);
        }
    }

    /** The one of this JDK; a mere runtime environment has none, then whichever is on the path. */
    private static String jcmd() {
        Path ours = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        return Files.isExecutable(ours) ? ours.toString() : "jcmd";
    }

    private static List<String> lines(List<JvmThread> suspects) {
        List<String> lines = new ArrayList<>();
        if (suspects.isEmpty()) {
            lines.add(
                    "No thread waits in accept(), is named after accepting, or runs the program's code: the accepting "
                            + "thread may have died. (Virtual threads are not listed.)");
        }
        suspects.stream().limit(MOST_THREADS).forEach(thread -> {
            lines.add(thread.name() + " " + thread.reason());
            thread.frames().stream()
                    .limit(MOST_FRAMES)
                    .map(frame -> "  " + MODULE.matcher(frame).replaceFirst("at "))
                    .forEach(lines::add);
        });
        return lines;
    }
}
