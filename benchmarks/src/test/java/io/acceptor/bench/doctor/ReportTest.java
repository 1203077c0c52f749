package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.ListenCounters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    void thePageShowsARunWithoutNumbers() throws IOException {
        DoctorPage.compare(
                Verdict.CANNOT_TELL, new DoctorProcess(2, String.join("\n", text(UNKNOWN, Verdict.CANNOT_TELL))));
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
        return TextReport.lines(patient(), observation(looks), verdict, List.of(), Ansi.OFF);
    }

    private static JsonObject json(Looks looks, Verdict verdict) {
        return JsonParser.parseString(JsonReport.text(JsonReport.of(patient(), observation(looks), verdict)))
                .getAsJsonObject();
    }

    @Test
    void ofListenersThatShareAPortEachIsShownAndTheStalledOneNamed() {
        Patient patient = new Patient(4_000, Optional.of(AcceptQueue.of(LOCAL, 0, 2)), owners(4_711, 4_712));
        Looks looks = new Looks().shared(0, 3).shared(1, 4).shared(0, 5);
        Observation seen = observation(looks);

        String text = String.join("\n", TextReport.lines(patient, seen, Diagnosis.of(seen), List.of(), Ansi.OFF));
        JsonObject json = JsonReport.of(patient, seen, Diagnosis.of(seen));

        assertThat(text)
                .contains(
                        "2 listeners share it (SO_REUSEPORT):",
                        "- pid 4711: java -jar app.jar\n    0 of 25; connections are taken",
                        "- pid 4712: java -jar app.jar\n    5 of 25; nothing taken for 1.0 s",
                        "SOME LISTENERS STALLED",
                        "/proc/4712/status")
                .doesNotContain("taken       0 a second");
        assertThat(json.get("pid").getAsInt()).isEqualTo(4_712);
        assertThat(json.getAsJsonArray("listeners")).hasSize(2);
        assertThat(json.getAsJsonArray("listeners").toString())
                .contains("\"pid\":4711", "\"stalled\":false", "\"pid\":4712", "\"stalled\":true");
    }

    @Test
    void whereTwoProcessesShareAPortAndBothAreWellNoneIsNamed() {
        Patient patient = new Patient(4_000, Optional.of(AcceptQueue.of(LOCAL, 0, 2)), owners(4_711, 4_712));
        Observation seen = observation(new Looks().shared(0, 3).shared(1, 0).shared(0, 0));

        assertThat(JsonReport.of(patient, seen, Diagnosis.of(seen)).get("pid").isJsonNull())
                .isTrue();
    }

    @Test
    void theTableHasTheWorstFirstAndItsExitCode() {
        ListenersTable.Row well = row(new Looks().see(0, 0, 3, 1).empty().empty());
        ListenersTable.Row quiet = row(new Looks().empty().empty());
        ListenersTable.Row sick = row(STALLED);
        ListenersTable.Row unknown = row(UNKNOWN);

        List<ListenersTable.Row> sorted = ListenersTable.sorted(List.of(well, quiet, unknown, sick));

        assertThat(sorted).containsExactly(sick, unknown, quiet, well);
        assertThat(ListenersTable.worst(sorted).exitCode()).isEqualTo(1);
        assertThat(ListenersTable.worst(List.of(well, quiet, unknown)).exitCode())
                .isEqualTo(2);
        assertThat(ListenersTable.worst(List.of(well, quiet)).exitCode()).isZero();
        assertThat(ListenersTable.lines(sorted).get(1))
                .matches("stalled with ghosts +39 +50 +38 +1\\.1 s  127\\.0\\.0\\.1:4000  4711 java");
    }

    private static ListenersTable.Row row(Looks looks) {
        Observation seen = observation(looks);
        return new ListenersTable.Row(patient(), seen, Diagnosis.of(seen));
    }

    private static Map<Long, Owner> owners(long first, long second) {
        return Map.of(1L, owner(first), 2L, owner(second));
    }

    private static Owner owner(long pid) {
        return new Owner(0, OptionalLong.of(pid), "java -jar app.jar", 0);
    }

    private static Patient patient() {
        return new Patient(4_000, Optional.of(AcceptQueue.of(LOCAL, 0, 1)), Map.of(1L, owner(4_711)));
    }

    private static Observation observation(Looks looks) {
        Window window =
                new Window(3_000_000_000L, OptionalInt.empty(), looks.list().get(0), new ListenCounters(1, 1));
        looks.list().stream().skip(1).forEach(window::add);
        return window.observation(true, 0, new ListenCounters(3, 4));
    }
}
