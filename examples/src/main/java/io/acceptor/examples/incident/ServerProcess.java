package io.acceptor.examples.incident;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in a JVM of its own, on a free port. Everything asked of it is answered within seconds or fails; closing it
 * kills it.
 */
final class ServerProcess implements AutoCloseable {
    private static final long ANSWER_SECONDS = 20;
    private static final long STOP_SECONDS = 2;
    /** What its output ends with. */
    private static final String ENDED = "(it has ended)";

    /** More than enough to be read; of a flood the oldest lines are let go. */
    private static final int KEPT_LINES = 100_000;

    private final Variant variant;
    private final Process process;
    private final PrintWriter questions;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>(KEPT_LINES);
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>(KEPT_LINES);
    private int marks;

    private ServerProcess(Variant variant, Process process) {
        this.variant = variant;
        this.process = process;
        this.questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        follow(process.getInputStream(), answers, "answers");
        follow(process.getErrorStream(), log, "log");
    }

    static ServerProcess start(Variant variant) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (variant == Variant.AGENT) {
            command.add("-javaagent:" + AgentJar.find().orElseThrow());
        }
        command.addAll(List.of(
                "-Xmx256m",
                "-Dlogback.configurationFile=logback.xml", // ours, whatever tests have on the class path
                "-Dlog.level=INFO",
                "-cp",
                System.getProperty("java.class.path"),
                Served.class.getName(),
                variant.name()));
        return new ServerProcess(variant, new ProcessBuilder(command).start());
    }

    Variant variant() {
        return variant;
    }

    long pid() {
        return process.pid();
    }

    /** Waits until it listens. */
    Endpoint endpoint() throws IOException, InterruptedException {
        String[] words = ask("address").split(" ", -1);
        int port = Integer.parseInt(words[1]);
        return new Endpoint(
                new InetSocketAddress(InetAddress.getByName(words[0]), port),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Integer.parseInt(words[2]));
    }

    Books books() throws IOException, InterruptedException {
        return Books.parse(ask("books"));
    }

    /** Where the thread of its loop is. */
    String stack() throws IOException, InterruptedException {
        return ask("stack");
    }

    /**
     * Has it write a line of its own to its log at INFO, and gives all lines that came before that one since the last
     * call. That the mark comes through is the proof that others would have.
     *
     * @throws IOException if the mark does not come: then silence in the log proves nothing
     */
    List<String> logSinceLastMark() throws IOException, InterruptedException {
        String mark = "mark-" + ++marks;
        ask(mark);
        List<String> before = new ArrayList<>();
        while (true) {
            String line = log.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new IOException("the log of the " + variant.label() + " does not show what is written to it");
            }
            if (line.endsWith(mark)) {
                return before;
            }
            before.add(line);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String ask(String question) throws IOException, InterruptedException {
        questions.println(question);
        String answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (answer == null || !answer.startsWith(question)) {
            throw new IOException("asked the " + variant.label() + " for its " + question + ", got "
                    + (answer == null ? "nothing" : answer) + "; its log: "
                    + log.stream().limit(3).toList());
        }
        return answer.substring(question.length()).strip();
    }

    private static void follow(InputStream from, BlockingQueue<String> to, String what) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        @Nullable String line = lines.readLine();
                        while (line != null) {
                            while (!to.offer(line)) {
                                to.poll();
                            }
                            line = lines.readLine();
                        }
                    } catch (IOException ended) {
                        // The process has gone.
                    } finally {
                        to.offer(ENDED);
                    }
                },
                what + " of a server");
        reader.setDaemon(true);
        reader.start();
    }
}
