package io.acceptor.examples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class VariantTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "io", "acceptor", "examples", "incident");

    @ParameterizedTest
    @EnumSource
    void theDiffShownIsTheDifferenceOfTheSources(Variant variant) throws IOException {
        assertThat(side(variant, '-')).isEqualTo(bodyOfServe(Variant.BLACK_BOX));
        assertThat(side(variant, '+')).isEqualTo(bodyOfServe(variant));
    }

    /** The old ('-') or the new ('+') side of what is shown. */
    private static List<String> side(Variant variant, char sign) {
        return variant.diff().stream()
                .filter(line -> line.charAt(0) == ' ' || line.charAt(0) == sign)
                .map(line -> line.substring(1))
                .toList();
    }

    private static List<String> bodyOfServe(Variant variant) throws IOException {
        Path source = SOURCES.resolve(variant.program().getClass().getSimpleName() + ".java");
        return Files.readAllLines(source).stream()
                .dropWhile(line -> !line.contains("void serve("))
                .skip(1)
                .takeWhile(line -> !line.equals("    }"))
                .toList();
    }
}
