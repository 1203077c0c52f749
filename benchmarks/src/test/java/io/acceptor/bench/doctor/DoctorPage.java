package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/doctor.md}: its example runs are what the doctor said in these tests. Numbers may differ from run to run, words may
 * not. {@code mvn verify -pl benchmarks -am -DskipTests -DskipITs=false -Dit.test='Doctor*IT' -Ddoctor.page=write
 * -Dfailsafe.failIfNoSpecifiedTests=false} writes them.
 */
final class DoctorPage {
    private static final Path FILE = Path.of("..", "docs", "doctor.md");
    private static final Pattern WHO = Pattern.compile("(?m)^(  (?:- )?)pid (\\d+): .*$");
    private static final int FIRST_PID = 4_711;
    private static final String COMMAND = ": java -jar app.jar";

    private DoctorPage() {}

    /** Compares a run with the example of its verdict, or makes it the example. */
    static void compare(Verdict verdict, DoctorProcess run) throws IOException {
        String example = anonymous(run.output().stripTrailing());
        String page = Files.readString(FILE);
        Matcher shown = block(verdict).matcher(page);
        assertThat(shown.find()).as("%s has a block for %s", FILE, verdict).isTrue();
        if ("write".equals(System.getProperty("doctor.page"))) {
            Files.writeString(FILE, page.substring(0, shown.start(1)) + example + page.substring(shown.end(1)));
        } else {
            assertThat(words(example))
                    .as(
                            "docs/doctor.md shows another run of %s; its tests write it anew, with -Ddoctor.page=write",
                            verdict)
                    .isEqualTo(words(shown.group(1)));
        }
    }

    private static Pattern block(Verdict verdict) {
        return Pattern.compile(
                "<!-- run: " + Pattern.quote(verdict.words()) + " -->\\R```text\\R(.*?)\\R```", Pattern.DOTALL);
    }

    /** Port 4000, and the processes 4711, 4712. */
    private static String anonymous(String output) {
        List<String> pids = new ArrayList<>();
        String text = WHO.matcher(output)
                .replaceAll(who -> {
                    pids.add(who.group(2));
                    return who.group(1) + "pid " + who.group(2) + COMMAND;
                })
                .replaceFirst("^127\\.0\\.0\\.1:\\d+", "127.0.0.1:4000")
                .replaceFirst("^port \\d+", "port 4000");
        for (int i = 0; i < pids.size(); i++) {
            text = text.replaceAll("\\b" + pids.get(i) + "\\b", Integer.toString(FIRST_PID + i));
        }
        return text;
    }

    /** What must be the same in every run. */
    private static String words(String text) {
        return text.replaceAll("(?m)^( +queue +).*$", "$1")
                .replaceAll("(?m)^( +(taken|oldest) +).*$", "$1")
                .replaceAll("(?m)^ +\\d+ of \\d+.*$", "")
                .replaceAll("\\d[\\d,.]*( to \\d[\\d,.]*)?", "#")
                .replaceAll("\\s+", " ");
    }
}
