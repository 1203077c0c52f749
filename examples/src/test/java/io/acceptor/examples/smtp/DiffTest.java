package io.acceptor.examples.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The diff that the example's page shows is one between its two loops. */
final class DiffTest {
    private static final Path SOURCES = Path.of("src/main/java/io/acceptor/examples/smtp");

    @Test
    void eachHunkLeadsFromTheOldLoopToTheNew() throws IOException {
        String page = Files.readString(Path.of("smtp/README.md"));
        String diff = page.substring(page.indexOf("```diff\n") + "```diff\n".length());
        String old = Files.readString(SOURCES.resolve("OldLoop.java"));
        String improved = Files.readString(SOURCES.resolve("NewLoop.java"));

        List<String> hunks = List.of(diff.substring(0, diff.indexOf("```")).split("@@\n", -1));

        assertThat(hunks).hasSize(2).allSatisfy(hunk -> {
            assertThat(old).contains(side(hunk, '-'));
            assertThat(improved).contains(side(hunk, '+'));
        });
    }

    private static String side(String hunk, char sign) {
        return hunk.lines()
                .filter(line -> line.charAt(0) == ' ' || line.charAt(0) == sign)
                .map(line -> line.substring(1) + "\n")
                .collect(Collectors.joining());
    }
}
