package io.acceptor.bench.jmh;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What jmh.jar runs is there: the processor has written the classes, and the compiler has compiled them. */
class BenchmarkListTest {

    static Stream<String> benchmarks() {
        var silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        return BenchmarkList.defaultList().getAll(silent, List.of()).stream().map(BenchmarkListEntry::generatedTarget);
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void theGeneratedClassIsThere(String target) {
        String generated = target.substring(0, target.lastIndexOf('.'));
        assertThatCode(() -> Class.forName(generated)).doesNotThrowAnyException();
    }
}
