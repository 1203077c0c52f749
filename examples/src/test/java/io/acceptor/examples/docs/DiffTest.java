package io.acceptor.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The diffs on the examples' pages are what lies between two of their sources. */
final class DiffTest {
    @ParameterizedTest
    @CsvSource({"smtp, OldLoop, NewLoop", "netty, PlainServer, GuardedServer"})
    void eachHunkLeadsFromTheOldSourceToTheNew(String example, String oldName, String newName) throws IOException {
        String page = Files.readString(Path.of(example, "README.md"));
        String diff = page.substring(page.indexOf("```diff\n") + "```diff\n".length());
        String oldSource = source(example, oldName);
        String newSource = source(example, newName);

        List<String> hunks = List.of(diff.substring(0, diff.indexOf("```")).split("@@\n", -1));

        assertThat(hunks).hasSizeGreaterThan(1).allSatisfy(hunk -> {
            assertThat(hunk).containsPattern("(?m)^[-+]");
            assertThat(oldSource).contains(side(hunk, '-'));
            assertThat(newSource).contains(side(hunk, '+'));
        });
    }

    private static String source(String example, String name) throws IOException {
        return Files.readString(Path.of("src/main/java/io/acceptor/examples", example, name + ".java"));
    }

    private static String side(String hunk, char sign) {
        return hunk.lines()
                .filter(line -> line.charAt(0) == ' ' || line.charAt(0) == sign)
                .map(line -> line.substring(1) + "\n")
                .collect(Collectors.joining());
    }
}
