package io.acceptor.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What jmh.jar runs does run: each benchmark once, as shortly as can be, and for what it does, not for its score. */
class BenchmarkListTest {

    @BeforeAll
    static void whateverElseRunsHere() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    static Stream<String> benchmarks() {
        var silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        return BenchmarkList.defaultList().getAll(silent, List.of()).stream()
                .map(BenchmarkListEntry::getUsername)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void runs(String benchmark) throws RunnerException {
        Collection<RunResult> results = run(benchmark, "0");
        assertThat(results)
                .hasSize(1)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }

    @Test
    void theFloodIsCountedBesideTheClients() throws RunnerException {
        RunResult result = run(GreetingThroughput.class.getName() + ".batch", "2000")
                .iterator()
                .next();
        assertThat(score(result, "greeted")).isPositive();
        assertThat(score(result, "failed")).isZero();
        assertThat(score(result, "probes")).isPositive();
        assertThat(score(result, "serverAccepted")).isGreaterThan(score(result, "greeted"));
        assertThat(score(result, "serverMicros")).isPositive();
    }

    private static double score(RunResult result, String counter) {
        return result.getSecondaryResults().get(counter).getScore();
    }

    /** In this JVM, with one value for each parameter. */
    private static Collection<RunResult> run(String benchmark, String floodRate) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include("^" + Pattern.quote(benchmark) + "$")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(200))
                        .param("server", "core")
                        .param("floodRate", floodRate)
                        .param("connections", "4")
                        .param("limits", "all")
                        .param("metrics", "true")
                        .param("listener", "true")
                        .param("source", "sock_diag")
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
    }
}
