package io.acceptor.examples.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of the series as docs/metrics.md has them, and those that a text uses. */
final class Catalogue {
    static final Path FILES = Path.of("observability");

    private static final Path PAGE = Path.of("..", "docs", "metrics.md");
    private static final Pattern ROW = Pattern.compile("\\| `acceptor\\.[a-z.]+` \\| (`acceptor_[^|]+) \\|");
    /** Not those with a colon: they are recorded by a rule. */
    private static final Pattern SERIES = Pattern.compile("(?<![\\w:])acceptor_[a-z_]+");

    private Catalogue() {}

    /** Every series of every meter. */
    static Set<String> documented() {
        Set<String> names = new TreeSet<>();
        Matcher rows = ROW.matcher(read(PAGE));
        while (rows.find()) {
            names.addAll(usedBy(rows.group(1)));
        }
        return names;
    }

    static Set<String> usedBy(String text) {
        Set<String> names = new TreeSet<>();
        Matcher series = SERIES.matcher(text);
        while (series.find()) {
            names.add(series.group());
        }
        return names;
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
