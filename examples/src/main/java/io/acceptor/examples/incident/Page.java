package io.acceptor.examples.incident;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What the reader of the replay sees: plain ASCII, at most 110 columns. */
final class Page {
    private static final int WIDTH = 108;
    private static final String INDENT = "  ";

    private final PrintStream out;
    private final long start = System.nanoTime();

    Page(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println("=".repeat(WIDTH));
        out.println(INDENT + text);
        out.println("=".repeat(WIDTH));
    }

    void act(String text) {
        out.println();
        String clock = format(" %.0f s ", (System.nanoTime() - start) / 1e9);
        String head = "-- " + text + " ";
        out.println(head + "-".repeat(Math.max(2, WIDTH - head.length() - clock.length() - 2)) + clock + "--");
    }

    void heading(String text) {
        out.println();
        out.println(INDENT + text);
        out.println(INDENT + "-".repeat(text.length()));
    }

    /** A paragraph, wrapped. */
    void say(String format, Object... args) {
        out.println();
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : format(format, args).strip().split("\\s+", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line.setLength(0);
                line.append(INDENT);
            }
            line.append(line.length() == INDENT.length() ? "" : " ").append(word);
        }
        out.println(line);
    }

    /** Lines as they are, set off a little. */
    void lines(List<String> lines) {
        out.println();
        lines.forEach(line -> out.println((INDENT + INDENT + line).stripTrailing()));
    }

    /** One line as it is. */
    void line(String format, Object... args) {
        out.println((INDENT + format(format, args)).stripTrailing());
    }

    void gap() {
        out.println();
    }

    static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }

    static String grouped(long number) {
        return format("%,d", number);
    }
}
