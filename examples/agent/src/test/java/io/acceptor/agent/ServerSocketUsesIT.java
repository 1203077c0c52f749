package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.example.EarlyAgent;
import org.example.ServerSocketUses;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program sees of the agent: nothing but another class of its server sockets. */
@Timeout(120)
final class ServerSocketUsesIT {
    private static final String USES = ServerSocketUses.class.getName();

    private static List<String> plain = List.of();
    private static List<String> guarded = List.of();
    private static List<String> loadedBefore = List.of();

    /** Each of three JVMs serves several tests. */
    @BeforeAll
    static void run(@TempDir Path folder) throws Exception {
        TestJar early = TestJar.in(folder, "early.jar").manifest("Premain-Class", EarlyAgent.class.getName());
        Path earlyAgent = early.add(EarlyAgent.class).write();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram without = start(folder);
                JavaProgram with = start(folder, JavaProgram.agent("debug,backlog=33"));
                JavaProgram after = start(
                        folder,
                        "-javaagent:" + earlyAgent + "=" + USES,
                        JavaProgram.agent("metrics=" + taken.getLocalPort()))) {
            plain = finished(without);
            guarded = finished(with);
            loadedBefore = finished(after);
        }
    }

    private static JavaProgram start(Path folder, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-cp", TestJar.testClasses(), USES));
        return JavaProgram.start(folder, arguments);
    }

    private static List<String> finished(JavaProgram program) throws InterruptedException {
        assertThat(program.exitCode()).as("%s", program).isZero();
        assertThat(program.lines()).contains("done");
        return program.lines();
    }

    @Test
    void everyWayToOpenOneIsReplaced() {
        for (List<String> lines : List.of(guarded, loadedBefore)) {
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("kind "))
                    .containsExactly(
                            "kind unbound: AgentServerSocket",
                            "kind port: AgentServerSocket",
                            "kind backlog: AgentServerSocket",
                            "kind address: AgentServerSocket",
                            "kind nested: AgentServerSocket",
                            "kind reference: AgentServerSocket",
                            "kind factory: AgentServerSocket",
                            "kind subclass: Own");
        }
    }

    @Test
    void whatTheProgramSeesIsTheSame() {
        assertThat(seen(guarded)).isEqualTo(seen(plain));
        assertThat(seen(loadedBefore)).isEqualTo(seen(plain));
    }

    /** Without what names classes, and without the ports that the kernel chose. */
    private static List<String> seen(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("kind ") && !line.startsWith("acceptor-agent:"))
                .map(line -> line.replaceAll("localport=\\d+|/127.0.0.1:\\d+", "PORT"))
                .toList();
    }

    @Test
    void aSubclassIsNamedAtDebugOnce() {
        assertThat(guarded)
                .filteredOn(line -> line.contains("a subclass of ServerSocket"))
                .hasSize(1);
        assertThat(loadedBefore).noneMatch(line -> line.contains("DEBUG"));
    }

    @Test
    void whatCannotBeGuardedIsPlainAndToldWhy() {
        assertThat(guarded)
                .filteredOn(line -> line.contains("does not guard"))
                .singleElement()
                .asString()
                .contains("WARN", "IP_TOS");
    }

    @Test
    void metricsThatCannotBeServedAreToldAndLeaveTheRestAlone() {
        assertThat(loadedBefore).filteredOn(line -> line.contains("no metrics")).hasSize(1);
    }
}
