package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.ListenCounters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Help.Ansi;

/** Both reports, in text and in JSON. */
final class ReportTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_000);
    private static final Looks STALLED =
            new Looks().see(38, 0, 1, 100).see(38, 0, 1, 600).see(38, 0, 1, 1_100);
    private static final Looks UNKNOWN = new Looks().unknown();

    @ParameterizedTest
    @EnumSource
    void theTextFitsATerminalAndNamesTheProcess(Verdict verdict) {
        List<String> lines = text(STALLED, verdict);

        assertThat(lines)
                .allMatch(line -> line.length() <= Facts.WIDTH && line.chars().allMatch(c -> c >= ' ' && c <= '~'));
        assertThat(String.join("\n", lines))
                .contains(
                        "127.0.0.1:4000",
                        "pid 4711: java -jar app.jar",
                        verdict.words().toUpperCase(Locale.ROOT))
                .doesNotContain("PID");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HEALTHY")
    void everyVerdictButHealthySaysWhatToDo(Verdict verdict) {
        assertThat(verdict.advice()).isNotEmpty();
        assertThat(text(STALLED, verdict)).anyMatch(line -> line.strip().startsWith("1. "));
    }

    @Test
    void theTextSaysWhatWasSeen() {
        assertThat(String.join("\n", text(STALLED, Verdict.STALLED_WITH_GHOSTS)))
                .contains(
                        "] 39 of 50",
                        "ghosts      38 ",
                        "visible     1 ",
                        "oldest      has waited 1.1 s",
                        "taken       0 a second; nothing seen taken for 1.0 s",
                        "turned away 2 overflows, 3 drops in 1.0 s");
    }

    @Test
    void whatIsUnknownIsCalledSo() {
        assertThat(String.join("\n", text(UNKNOWN, Verdict.CANNOT_TELL)))
                .contains(
                        "queue       unknown of unknown",
                        "ghosts      unknown",
                        "visible     unknown",
                        "taken       unknown");
    }

    @Test
    void jsonHasItsKeys() {
        JsonObject json = json(STALLED, Verdict.STALLED_WITH_GHOSTS);

        assertThat(json.get("port").getAsInt()).isEqualTo(4_000);
        assertThat(json.get("depth").toString()).isEqualTo("39");
        assertThat(json.get("limit").toString()).isEqualTo("50");
        assertThat(json.get("visible").toString()).isEqualTo("1");
        assertThat(json.get("ghosts").toString()).isEqualTo("38");
        assertThat(json.get("oldestMillis").toString()).isEqualTo("1100");
        assertThat(json.get("synRecv").toString()).isEqualTo("0");
        assertThat(json.get("overflows").toString()).isEqualTo("2");
        assertThat(json.get("drops").toString()).isEqualTo("3");
        assertThat(json.get("acceptedPerSecond").toString()).isEqualTo("0");
        assertThat(json.get("verdict").getAsString()).isEqualTo("stalled with ghosts");
    }

    @Test
    void jsonIsNullWhereUnknown() {
        JsonObject json = json(UNKNOWN, Verdict.CANNOT_TELL);

        for (String key : List.of(
                "depth", "limit", "visible", "ghosts", "oldestMillis", "synRecv", "acceptedPerSecond", "verdict")) {
            assertThat(json.has(key)).as(key).isTrue();
            assertThat(json.get(key).isJsonNull()).as(key).isTrue();
        }
    }

    private static List<String> text(Looks looks, Verdict verdict) {
        return TextReport.lines(patient(), observation(looks), verdict, Ansi.OFF);
    }

    private static JsonObject json(Looks looks, Verdict verdict) {
        return JsonParser.parseString(JsonReport.text(patient(), observation(looks), verdict))
                .getAsJsonObject();
    }

    private static Patient patient() {
        return new Patient(
                4_000,
                Optional.of(AcceptQueue.of(LOCAL, 0, 1)),
                Optional.of(new Owner(0, OptionalLong.of(4_711), "java -jar app.jar")));
    }

    private static Observation observation(Looks looks) {
        Window window =
                new Window(3_000_000_000L, OptionalInt.empty(), looks.list().get(0), new ListenCounters(1, 1));
        looks.list().stream().skip(1).forEach(window::add);
        return window.observation(true, new ListenCounters(3, 4));
    }
}
