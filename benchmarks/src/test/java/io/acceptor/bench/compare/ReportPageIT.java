package io.acceptor.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the report in headless Chromium, without a network. */
class ReportPageIT {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void showsVerdictTableBarsAndCharts() throws Exception {
        String page = render("--dump-dom");
        assertThat(count(page, "<article class=\"finding\">")).isEqualTo(1);
        assertThat(page)
                .contains("Served their clients: core, c-epoll. Did not: loop-wedged (0.0 %, never came back).");
        assertThat(page).contains("All of ours served their clients.");
        assertThat(count(page, "<tr class=\"ours\"><th scope=\"row\">core</th>"))
                .as("in the clients' table and in the server's")
                .isEqualTo(2);
        assertThat(count(page, "<td class=\"lost\">never</td>")).isEqualTo(1);
        assertThat(count(page, "<div class=\"bar\"")).isEqualTo(2);
        // Four rows of panels; of the wedged one nobody knows how long victims wait.
        assertThat(count(page, "<canvas")).isEqualTo(4 * 3 - 1);
        assertThat(count(page, "<p>not known</p>")).isEqualTo(1);
        assertThat(page).contains("a machine · 2026-11-25 13:00:00 UTC");
    }

    @Test
    void lightAndDarkAreBothDrawn() throws Exception {
        byte[] light = picture("light", "--blink-settings=preferredColorScheme=1");
        byte[] dark = picture("dark", "--blink-settings=preferredColorScheme=0");
        assertThat(light).isNotEqualTo(dark);
        assertThat(light.length).isGreaterThan(20_000);
        assertThat(dark.length).isGreaterThan(20_000);
    }

    private byte[] picture(String name, String scheme) throws Exception {
        Path file = folder.resolve(name + ".png");
        render(scheme, "--screenshot=" + file, "--window-size=1280,1800", "--hide-scrollbars");
        return Files.readAllBytes(file);
    }

    private String render(String... options) throws Exception {
        assumeTrue(present(), "no chromium on the PATH");
        Path page = report();
        List<String> command = new ArrayList<>(List.of(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--virtual-time-budget=5000",
                "--user-data-dir=" + folder.resolve("profile")));
        command.addAll(List.of(options));
        command.add(page.toUri().toString());
        Path output = folder.resolve("output");
        Process chromium = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile())
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(chromium.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            chromium.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private static boolean present() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromium")));
    }

    private Path report() throws IOException {
        List<Trial> trials = List.of(
                Trials.healthy("core", 1, 8),
                Trials.healthy("core", 2, 9),
                Trials.wedged(1),
                Trials.wedged(2),
                Trials.healthy("c-epoll", 1, 5),
                Trials.healthy("c-epoll", 2, 6));
        new ComparisonFiles(
                        new Summary(trials),
                        "acceptor-bench compare",
                        "a machine",
                        Instant.parse("2026-11-25T13:00:00Z"))
                .write(folder);
        return folder.resolve("report.html");
    }

    private static long count(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }
}
