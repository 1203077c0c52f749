package io.acceptor.examples.incident;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of a server's JVM: runs one {@link Variant} on its main thread and answers {@link ServerProcess} on a
 * console of one line a question. It ends with its standard input, so it cannot outlive the replay.
 */
final class Served {
    private static final Logger LOG = LoggerFactory.getLogger(Served.class);

    private final Program program;
    private final Thread loop;

    private Served(Program program, Thread loop) {
        this.program = program;
        this.loop = loop;
    }

    public static void main(String[] args) throws IOException {
        Program program = Variant.valueOf(args[0]).program();
        Thread console = new Thread(new Served(program, Thread.currentThread())::console, "console");
        console.start();
        program.serve(0);
    }

    private void console() {
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String question = questions.readLine();
            while (question != null) {
                System.out.println(question + " " + answer(question));
                question = questions.readLine();
            }
        } catch (IOException | InterruptedException over) {
            // The replay is over; so are we.
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private String answer(String question) throws InterruptedException {
        return switch (question) {
            case "address" -> program.whereItListens();
            case "books" ->
                program.books().entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(" "));
            case "stack" -> stack();
            default -> {
                LOG.info(question);
                yield "";
            }
        };
    }

    /** Where the loop's thread is, innermost first, our own classes only. */
    private String stack() {
        String here = Objects.requireNonNull(Served.class.getPackageName()) + ".";
        return Arrays.stream(loop.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(here))
                .map(frame -> frame.getClassName().substring(here.length()) + "." + frame.getMethodName() + ":"
                        + frame.getLineNumber())
                .collect(Collectors.joining(" <- "));
    }
}
