package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.AcceptorBench;
import io.acceptor.bench.flood.TestServer.Conduct;
import io.acceptor.bench.measure.Schedule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FloodCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void passesAServerThatGreetsEveryVictim() {
        try (TestServer server = TestServer.start(FloodCommandTest::greet)) {
            assertThat(flood(server, "-R --rate=200 --seconds=1 --victims=20")).isZero();
            assertThat(out.toString())
                    .contains("200/s offered", "reset          done", "of 20 greeted", "PASS")
                    .doesNotContain("INVALID", "FAIL");
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("never answers", (Conduct) client -> {}, "silence"),
                Arguments.of("half a greeting", (Conduct) client -> write(client, 6), "short greeting"),
                Arguments.of("closes at once", (Conduct) Socket::close, "closed ungreeted"),
                Arguments.of("resets", (Conduct) FloodCommandTest::reset, "reset"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("faults")
    void failsAServerThatDoesNot(String name, Conduct conduct, String end) {
        try (TestServer server = TestServer.start(conduct)) {
            int exit =
                    flood(server, "-R --rate=50 --seconds=1 --victims=10 --victim-timeout=1 --greeting=220_greeting");
            assertThat(exit).isEqualTo(1);
            assertThat(out.toString())
                    .containsPattern("ends +" + end + " \\d+")
                    .contains("FAIL: 0.000 % of the victims were greeted, below --min-success 100.0");
        }
    }

    @Test
    void failsAServerThatAnswersLate() {
        AtomicInteger clients = new AtomicInteger();
        Conduct oneStall = client -> {
            if (clients.incrementAndGet() == 5) {
                Schedule.await(System.nanoTime() + 300_000_000L);
            }
            greet(client);
        };
        try (TestServer server = TestServer.start(oneStall)) {
            assertThat(flood(server, "-R --rate=10 --seconds=1 --victims=50 --max-latency=100"))
                    .isEqualTo(1);
            assertThat(out.toString()).containsPattern("FAIL: the longest wait was \\d+\\.\\d ms, above --max-latency");
        }
    }

    @Test
    void aRampEndsWithTheStepThatTheGeneratorCannotKeep() {
        try (TestServer server = TestServer.start(Socket::close)) {
            int exit = flood(server, "-R --ramp=100:200000:199900 --seconds=1 --victims=0");
            assertThat(exit).isEqualTo(1);
            assertThat(out.toString())
                    .contains("INVALID: the generator fell behind its schedule")
                    .contains("knee: the ramp ended at 200,000/s; 100/s was good");
        }
    }

    @Test
    void writesWhatItSaw(@TempDir Path folder) throws IOException {
        try (TestServer server = TestServer.start(FloodCommandTest::greet)) {
            String files = String.format(
                    "--json=%s --csv=%s --histogram=%s",
                    folder.resolve("a.json"), folder.resolve("a.csv"), folder.resolve("a.hlog"));
            assertThat(flood(server, "-R -i 0.01 -c 60 --victims=40 " + files)).isZero();
        }
        assertThat(folder.resolve("a.json")).content().contains("\"GREETED\":", "\"p99Millis\":", "\"valid\": true");
        List<String> rows = Files.readAllLines(folder.resolve("a.csv"));
        assertThat(rows.get(0)).startsWith("offered_per_second,seconds,visitors");
        assertThat(rows.get(rows.size() - 1)).matches("100\\.0,[\\d.]+,60,.*");
        assertThat(victimsIn(folder.resolve("a.hlog"))).isBetween(20L, 24L);
    }

    private static long victimsIn(Path log) throws FileNotFoundException {
        List<EncodableHistogram> intervals = new ArrayList<>();
        try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
            while (reader.hasNext()) {
                intervals.add(reader.nextIntervalHistogram());
            }
        }
        return intervals.stream()
                .mapToLong(each -> ((Histogram) each).getTotalCount())
                .sum();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere | the target must be HOST:PORT, was nowhere",
                "127.0.0.1:0 | the port of the target must be from 1 to 65535, was 0",
                "192.0.2.1:80 | the target must be on loopback without --anywhere",
                "127.0.0.1:1 -i 0 | -i must be from",
                "127.0.0.1:1 --rate=0 | --rate must be from 1 to 200000, was 0",
                "127.0.0.1:1 --rate=1 -i 1 | mutually exclusive",
                "127.0.0.1:1 --ramp=5:1:1 | --ramp TO must be from 5",
                "127.0.0.1:1 --ramp=fast | --ramp must be FROM:TO:STEP, was fast",
                "127.0.0.1:1 -R --mix=fin | -R and --mix are mutually exclusive",
                "127.0.0.1:1 --mix=nonesuch | --mix: must be of reset",
                "127.0.0.1:1 -c 0 | -c must be at least 1",
                "127.0.0.1:1 -D -1 | -D must be from 0",
                "127.0.0.1:1 --sources=0 | --sources must be from 1 to 62500, was 0",
                "127.0.0.1:1 --victims=-1 | --victims must be from 0",
                "127.0.0.1:1 --min-success=101 | --min-success must be from 0 to 100",
                "127.0.0.1:1 --max-p99=0 | --max-p99 must be above 0",
                "127.0.0.1:1 --rate=50000 --seconds=60 --sources=1 | in TIME_WAIT",
            })
    void aWrongValueGetsOneClearLineAndExitCode2(String arguments, String message) {
        assertThat(run("flood " + arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIsOneLineAndExitCode1() {
        int exit = run("flood 127.0.0.1:" + TestServer.nobody().getPort());
        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).contains("cannot visit").hasLineCount(1);
    }

    private int flood(TestServer server, String arguments) {
        return run("flood 127.0.0.1:" + server.address().getPort() + " " + arguments);
    }

    private int run(String line) {
        return AcceptorBench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.split(" "));
    }

    private static void greet(Socket client) throws IOException {
        try (client) {
            client.getOutputStream().write(TestServer.GREETING);
        }
    }

    private static void write(Socket client, int length) throws IOException {
        client.getOutputStream().write("220_greeting".substring(0, length).getBytes(StandardCharsets.US_ASCII));
    }

    private static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }
}
