package io.acceptor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.flood.TestServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AcceptorBenchTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve --server=core | --port",
                "serve --port=0 | --server",
                "serve --server=nonesuch --port=0 | --server must be one of",
                "serve --server=core --port=65536 | --port must be from 0 to 65535, was 65536",
                "serve --server=core --port=x | --port",
                "serve --server=core --port=0 --backlog=0 | --backlog must be from 1",
                "serve --server=core --port=0 --workers=0 | --workers must be from 1",
                "serve --server=core --port=0 --greeting-bytes=0 | --greeting-bytes must be from 1",
                "serve --server=core --port=0 --greeting=a --greeting-bytes=1 | mutually exclusive",
                "serve --server=core --port=0 --host=nosuch.invalid | --host must be an address of this machine",
                "flood 127.0.0.1:1 --rate=1 --connections=1 | flood: --rate=N, --connections=N are mutually exclusive",
                "flood 127.0.0.1:1 --json=/nonesuch/a.json | --json must be a file that can be written",
                "flood 127.0.0.1:1 --csv=/ | --csv must be a file that can be written",
                "flood 127.0.0.1:1 --histogram=/nonesuch/a | --histogram must be a file that can be written",
                "compare --report=/dev/null/x | --report must be a folder",
                "compare --servers=nonesuch | --servers must be of",
                "compare --scenario=nonesuch | --scenario must be all or of [greeted, probes-1k",
                "compare --rounds=0 | --rounds must be from 1 to 100, was 0",
                "compare --seconds=0 | --seconds must be from 1",
                "compare --warm-up=61 | --warm-up must be from 1",
                "compare --victims=0 | --victims must be from 1",
                "probe-cost --servers=core,nonesuch | --servers must be of",
                "probe-cost --rate=0 | --rate must be from 1 to 200000, was 0",
                "probe-cost --rounds=0 | --rounds",
                "probe-cost --seconds=61 | --seconds",
                "probe-cost --warm-up=0 | --warm-up",
                "probe-cost --greeted-rate=0 | --greeted-rate",
                "probe-cost --client-rate=-1 | --client-rate",
                "queue-cost --sockets=-1 | --sockets must be from 0 to 200000, was -1",
                "queue-cost --times=0 | --times must be from 1 to 100000, was 0",
                "doctor | PORT",
                "doctor x | PORT",
                "doctor 65536 | PORT must be from 1 to 65535, was 65536",
                "doctor 4000 --watch=0 | --watch must be from 1 to 86400, was 0",
                "doctor 4000 --host=::g | --host must be an address of this machine, was ::g",
                "nonesuch | nonesuch",
                "'' | command is missing",
            })
    void aWrongValueGetsOneClearLineAndExitCode2(String arguments, String message) {
        int exit = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "flood", "compare", "probe-cost", "queue-cost", "doctor"})
    void helpExplainsEachOption(String command) {
        assertThat(run(command, "--help")).isZero();
        CommandLine described = AcceptorBench.commandLine().getSubcommands().get(command);
        assertThat(described.getCommandSpec().options()).allSatisfy(option -> {
            assertThat(option.description()).isNotEmpty();
            assertThat(out.toString()).contains(option.longestName());
        });
    }

    @Test
    void anAddressInUseIsOneLineAndExitCode1() {
        try (TestServer taken = TestServer.deaf(1)) {
            int exit = run(
                    "serve", "--server=loop-pool", "--port=" + taken.address().getPort());
            assertThat(exit).isEqualTo(1);
            assertThat(err.toString())
                    .contains("cannot listen on 127.0.0.1:" + taken.address().getPort())
                    .hasLineCount(1);
        }
    }

    private int run(String... arguments) {
        return AcceptorBench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
