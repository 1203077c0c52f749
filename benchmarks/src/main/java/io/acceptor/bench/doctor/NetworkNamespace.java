package io.acceptor.bench.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network namespace of another process. A JVM cannot change its own, and reads the tables of the one it was started in; so a
 * command is run in a new process there, by {@code nsenter(1)}. Nothing else changes: the process sees the same files and pids.
 */
final class NetworkNamespace {
    /** From here on the JDK warns when native code is used without leave. */
    private static final int WARNING_JDK = 24;

    private final long pid;

    NetworkNamespace(long pid) {
        this.pid = pid;
    }

    /**
     * Whether it is the one that we are in.
     *
     * @throws IllegalArgumentException if there is no such process, or we may not know
     */
    boolean isOurs() {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--pid must be a process of this machine, was " + pid, e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException(
                    "--pid " + pid + ": not permitted to see its network namespace (run as root)", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--pid " + pid + ": cannot see its network namespace: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a program of this class path there, with our standard streams.
     *
     * @param mainClass the program
     * @param arguments its command line
     * @return its exit code
     * @throws IllegalArgumentException if we cannot enter
     */
    int run(Class<?> mainClass, List<String> arguments) throws InterruptedException {
        try {
            tryToEnter();
            List<String> command = entering();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            if (Runtime.version().feature() >= WARNING_JDK) {
                command.add("--enable-native-access=ALL-UNNAMED");
            }
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
            command.addAll(arguments);
            Process process = new ProcessBuilder(command).inheritIO().start();
            try {
                return process.waitFor();
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--pid " + pid + ": cannot run nsenter (of util-linux): " + e.getMessage(), e);
        }
    }

    private void tryToEnter() throws IOException, InterruptedException {
        List<String> command = entering();
        command.add("true");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalArgumentException(
                    "--pid " + pid + ": cannot enter its network namespace (run as root): " + said.strip());
        }
    }

    private List<String> entering() {
        return new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid), "--net", "--"));
    }
}
