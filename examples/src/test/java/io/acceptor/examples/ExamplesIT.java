package io.acceptor.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.it.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples as programs: started by name, ended by SIGTERM. */
@Timeout(120)
final class ExamplesIT {
    /** 128 and the number of SIGTERM. */
    private static final int TERMINATED = 143;

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "quickstart",
                "mysql",
                "smtp",
                "smtp --loop=screen",
                "rmi",
                "netty",
                "haproxy --agent-port=0 --lame-duck=0",
                "haproxy --agent-port=0 --lame-duck=0 --proxy-from=192.0.2.1"
            })
    void servesUnderProbesAndEndsOnTermination(String commandLine) throws Exception {
        try (Child example = Child.example((commandLine + " --port=0").split(" ", -1))) {
            int port = example.port();
            Peers.probe(port, 200, 2);
            Peers.connect(port).close();

            example.terminate();
            assertThat(example.exitCode()).as("%s", example).isEqualTo(TERMINATED);
            assertThat(example.lines())
                    .noneMatch(line -> line.contains("WARN") || line.contains("ERROR") || line.contains("Exception"));
        }
    }

    @Test
    void quickstartGreetsWith12BytesAndEchoes() throws Exception {
        try (Child example = Child.example("quickstart", "--port=0")) {
            Peers.probe(example.port(), 50, 1);
            try (Peers.Client client = Peers.connect(example.port())) {
                assertThat(client.hear(12)).isEqualTo("hello world\n");
                assertThat(client.say("one line\n").hear(9)).isEqualTo("one line\n");
            }
        }
    }

    @Test
    void withoutANameTheyAreListed() throws Exception {
        try (Child examples = Child.example()) {
            assertThat(examples.exitCode()).isZero();
            assertThat(examples.lines())
                    .extracting(line -> line.strip().split(" ", 2)[0])
                    .contains(
                            "quickstart",
                            "mysql",
                            "smtp",
                            "rmi",
                            "netty",
                            "haproxy",
                            "virtual-threads",
                            "observability",
                            "incident");
        }
    }

    @Test
    void wrongNameIsExplained() throws Exception {
        try (Child examples = Child.example("no-such-example")) {
            assertThat(examples.exitCode()).isEqualTo(2);
            assertThat(examples.lines()).singleElement().asString().contains("no-such-example");
        }
    }

    @Test
    void busyPortIsExplained() throws Exception {
        try (Child first = Child.example("quickstart", "--port=0");
                Child second = Child.example("quickstart", "--port=" + first.port())) {
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.lines()).singleElement().asString().contains("cannot bind", "" + first.port());
        }
    }
}
