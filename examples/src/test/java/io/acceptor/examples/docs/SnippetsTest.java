package io.acceptor.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows in Java compiles, against the library as it is, without a warning. */
final class SnippetsTest {
    private static final Path ROOT = Path.of("..");
    /** Their diffs lead from one page of code to another: {@link DiffTest}. */
    private static final Set<Path> EXCEPTED = Set.of(Path.of("smtp/README.md"), Path.of("netty/README.md"));

    @TempDir
    private Path directory;

    /** A snippet where the compiler looks for a file. */
    private static final class Source extends SimpleJavaFileObject {
        private final Snippet snippet;
        private final String text;

        Source(Snippet snippet, int number) {
            super(URI.create("string:///page" + number + "/" + snippet.fileName()), Kind.SOURCE);
            this.snippet = snippet;
            this.text = snippet.source("page" + number);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @Test
    void documentationCompiles() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        for (Path page : pages()) {
            snippets.addAll(Snippet.of(page));
        }
        assertThat(snippets).extracting(Snippet::page).contains("../README.md", "../docs/migration-server-socket.md");
        assertThat(complaints(snippets)).isEmpty();
    }

    @Test
    void complaintNamesPageAndLine() {
        String page = """
                # A page

                ```java
                int fine = 1;
                int wrong = "text";
                ```

                ```diff
                -int old = "text";
                +int wrongToo = "text";
                ```

                ```java
                import java.util.List;

                public class Wrong {
                    List<Integer> numbers = List.of("text");
                }
                ```

                ```text
                int ignored = "text";
                ```
                """;
        assertThat(complaints(Snippet.of("page.md", page)))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("page.md:5: incompatible types"),
                        second -> assertThat(second).startsWith("page.md:10: incompatible types"),
                        third -> assertThat(third).startsWith("page.md:17: incompatible types"));
    }

    @Test
    void fragmentMayImportAndUseTheCast() {
        String page = """
                ```java
                import java.util.zip.CRC32;
                new CRC32().update(HELLO);
                acceptor.metrics().bindTo(registry);
                ```
                """;
        assertThat(complaints(Snippet.of("page.md", page))).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        for (Path folder : List.of(ROOT.resolve("docs"), Path.of(""))) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !EXCEPTED.contains(file) && !file.startsWith("target"))
                        .sorted()
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    private List<String> complaints(List<Snippet> snippets) {
        List<Source> sources = new ArrayList<>();
        for (Snippet snippet : snippets) {
            sources.add(new Source(snippet, sources.size()));
        }
        List<String> options = List.of(
                "-proc:none",
                "-Xlint:deprecation,removal,rawtypes,unchecked",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString());
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        compiler.getTask(null, null, diagnostics, options, null, sources).call();
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() != Diagnostic.Kind.NOTE)
                .map(SnippetsTest::text)
                .toList();
    }

    private static String text(Diagnostic<? extends JavaFileObject> diagnostic) {
        String message = diagnostic.getMessage(Locale.ROOT);
        if (!(diagnostic.getSource() instanceof Source source)) {
            return message;
        }
        long line = source.snippet.line() + diagnostic.getLineNumber() - 1;
        return source.snippet.page() + ":" + line + ": " + message;
    }
}
