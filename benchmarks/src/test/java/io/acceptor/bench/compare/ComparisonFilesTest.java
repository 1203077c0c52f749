package io.acceptor.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonFilesTest {
    private final ComparisonFiles files = new ComparisonFiles(
            new Summary(List.of(
                    Trials.healthy("core", 1, 8), Trials.healthy("core", 2, 9), Trials.wedged(1), Trials.wedged(2))),
            "acceptor-bench compare </script><b>",
            "a machine",
            Instant.parse("2026-11-25T13:00:00.123Z"));

    @Test
    void whatIsUnknownIsNullInJson() {
        JsonObject json = JsonParser.parseString(files.json()).getAsJsonObject();
        JsonObject wedged = json.getAsJsonArray("medians").get(1).getAsJsonObject();
        assertThat(wedged.get("server").getAsString()).isEqualTo("loop-wedged");
        assertThat(wedged.get("RECOVERY").isJsonNull()).isTrue();
        JsonObject moment = json.getAsJsonArray("trials")
                .get(2)
                .getAsJsonObject()
                .getAsJsonArray("moments")
                .get(0)
                .getAsJsonObject();
        assertThat(moment.getAsJsonObject("victims").get("p99Millis").isJsonNull())
                .isTrue();
        assertThat(moment.getAsJsonObject("vitals").get("queueDepth").getAsDouble())
                .isEqualTo(1_000);
        assertThat(json.get("when").getAsString()).isEqualTo("2026-11-25T13:00:00Z");
    }

    @Test
    void theCsvHasARowForEachTrial() {
        List<String> rows = files.csv().lines().toList();
        assertThat(rows).hasSize(5);
        assertThat(rows.get(0)).startsWith("scenario,server,round,valid,greeted_per_second,");
        assertThat(rows.get(1)).startsWith("probes-10k,core,1,true,,,8.0000,,100.0000,");
        assertThat(rows.get(3)).startsWith("probes-10k,loop-wedged,1,true,,,,,0.0000,");
    }

    @Test
    void theTablesAreForAPage() {
        assertThat(files.markdown())
                .startsWith("`acceptor-bench compare </script><b>`, 2026-11-25T13:00:00Z, a machine")
                .contains(
                        "### `probes-10k`: What do 10,000 probes a second do to clients?",
                        "- Served their clients: core. Did not: loop-wedged (0.0 %, never came back).",
                        "| server | valid rounds | victims greeted, % | victims' p99, ms | recovery, ms |",
                        "| core | 2 of 2 | 100.00 | 2.13 (2.00 to 2.25) | 2 |",
                        "| loop-wedged | 2 of 2 | 0.00 | – | never |",
                        "| loop-wedged | 2 of 2 | – | 4,097 |");
    }

    @Test
    void theReportNeedsNothingFromOutside(@TempDir Path folder) throws IOException {
        files.write(folder.resolve("new/report"));
        assertThat(folder.resolve("new/report/results.json")).exists();
        assertThat(folder.resolve("new/report/results.csv")).exists();
        assertThat(folder.resolve("new/report/report.html"))
                .content()
                .contains("uPlot", "loop-wedged", "const results = JSON.parse")
                .doesNotContain(" src=", "<link", "@import", "/*results.json*/", "/*uplot", "/*report")
                .doesNotContain("</script><b>");
    }
}
