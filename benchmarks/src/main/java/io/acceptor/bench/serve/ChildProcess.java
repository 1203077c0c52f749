package io.acceptor.bench.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A program of this class path in a JVM of its own, spoken to in lines.
 *
 * <p>It ends when its standard input closes, hence also when this process dies. What it writes to standard error is counted,
 * and its first lines go where ours go: a server that logs each probe would bury everything else. Not thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    /** From this release on, the JVM warns of native calls that nobody allowed. */
    private static final int RELEASE_THAT_WARNS = 22;

    private static final int ERROR_LINES_SHOWN = 20;

    private final Process process;
    private final Writer input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private final AtomicLong errorLines = new AtomicLong();

    private ChildProcess(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts the one with this main class, with these options for its JVM and these arguments. */
    public static ChildProcess start(Class<?> program, List<String> jvmOptions, List<String> arguments)
            throws IOException {
        return start(List.of(), program, jvmOptions, arguments);
    }

    /** The same with at most so many descriptors open at once. */
    static ChildProcess startWithDescriptors(
            int most, Class<?> program, List<String> jvmOptions, List<String> arguments) throws IOException {
        return start(
                List.of("/bin/sh", "-c", "ulimit -n " + most + " && exec \"$0\" \"$@\""),
                program,
                jvmOptions,
                arguments);
    }

    private static ChildProcess start(
            List<String> launcher, Class<?> program, List<String> jvmOptions, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= RELEASE_THAT_WARNS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        ChildProcess child = new ChildProcess(new ProcessBuilder(command).start());
        startDaemon("child-output", child::readLines);
        startDaemon("child-errors", child::countErrorLines);
        return child;
    }

    private static void startDaemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void countErrorLines() {
        try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (errorLines.incrementAndGet() <= ERROR_LINES_SHOWN) {
                    System.err.println(line);
                }
            }
        } catch (IOException ended) {
            // The count stands.
        }
    }

    /** How many lines it has written to standard error so far. */
    long errorLines() {
        return errorLines.get();
    }

    long pid() {
        return process.pid();
    }

    /** The process that it has started itself, if it has. */
    OptionalLong pidOfChild() {
        return process.children().mapToLong(ProcessHandle::pid).findFirst();
    }

    private void readLines() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                lines.add(line);
                line = reader.readLine();
            }
        } catch (IOException ended) {
            // Whoever waits for a line is told after its time limit.
        }
    }

    /**
     * The next line it prints.
     *
     * @throws IOException if there is none in time
     */
    public String nextLine(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        String line = poll(1);
        while (line == null) {
            if (!process.isAlive() && lines.isEmpty()) {
                throw new IOException("its process ended with exit code " + process.exitValue());
            }
            if (System.nanoTime() >= deadline) {
                throw new IOException("it said nothing for " + limit.toSeconds() + " s");
            }
            line = poll(100);
        }
        return line;
    }

    private @Nullable String poll(long millis) throws IOException {
        try {
            return lines.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for it", e);
        }
    }

    void sendLine(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /** Closes its standard input; kills it if it does not end then. */
    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException alreadyEnded) {
            // Nobody reads it any more.
        }
        if (!endsInTime()) {
            process.destroyForcibly();
        }
    }

    private boolean endsInTime() {
        try {
            return process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** How it ended, once closed; empty if it had to be killed. */
    OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }
}
