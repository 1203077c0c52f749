package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Java program in a JVM of its own, under the agent or without it; its output is kept. Closing it ends it. */
final class JavaProgram implements AutoCloseable {
    private static final long SECONDS = 60;
    private static final Path AGENT = Path.of("target", "acceptor-agent.jar");
    private static final Path PROGRAMS = Path.of("target", "programs");
    private static final Pattern METRICS = Pattern.compile("metrics at (\\S+)");

    private final Process process;
    private final Thread reader;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private JavaProgram(Process process) {
        this.process = process;
        reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts java with these arguments in a folder. */
    static JavaProgram start(Path folder, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        return new JavaProgram(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start());
    }

    /** The option that brings the agent. */
    static String agent(String options) {
        return "-javaagent:" + AGENT.toAbsolutePath() + (options.isEmpty() ? "" : "=" + options);
    }

    /** A class path of programs by their names. */
    static String programs(String... names) {
        List<String> path = new ArrayList<>();
        for (String name : names) {
            path.add(PROGRAMS.resolve(name + ".jar").toAbsolutePath().toString());
        }
        return String.join(System.getProperty("path.separator"), path);
    }

    /** A folder of programs. */
    static String folder(String name) {
        return PROGRAMS.resolve(name).toAbsolutePath().toString();
    }

    /** A port that was free a moment ago, for programs that cannot choose one. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits for a line in which the pattern is found, and gives its last group. */
    String find(Pattern pattern) {
        return await().pollDelay(Duration.ZERO)
                .atMost(SECONDS, TimeUnit.SECONDS)
                .failFast("it has ended", () -> lookForItsEnd(pattern))
                .until(() -> found(pattern), found -> !found.isEmpty());
    }

    private void lookForItsEnd(Pattern pattern) {
        boolean complete = !process.isAlive() && !reader.isAlive();
        if (complete && found(pattern).isEmpty()) {
            throw new AssertionError(toString());
        }
    }

    private String found(Pattern pattern) {
        for (String line : lines) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher.group(matcher.groupCount());
            }
        }
        return "";
    }

    /** The sum of all samples of a meter at the agent's endpoint whose line has this text. */
    double metric(String name, String text) {
        String page = get(find(METRICS));
        return page.lines()
                .filter(line -> line.startsWith(name) && line.contains(text))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String get(String address) {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("%s ends", this)
                .isTrue();
        reader.join();
        return process.exitValue();
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines::add);
        } catch (IOException | RuntimeException ended) {
            // it has gone
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return "process " + process.pid() + ":\n" + String.join("\n", lines);
    }
}
