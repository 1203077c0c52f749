package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code doctor --all}, and {@code --pid} for another network namespace. */
final class DoctorAllIT {
    private static final int BACKLOG = 50;

    @Test
    void everyListenerHasALineTheWorstFirst() throws Exception {
        try (MadeQueue quiet = MadeQueue.on("127.0.0.1", BACKLOG);
                MadeQueue stalled = MadeQueue.on("127.0.0.1", BACKLOG).ghosts(3)) {
            DoctorProcess all = DoctorProcess.run("--all", "--watch=1");
            List<String> lines = all.output().lines().toList();

            assertThat(all.exitCode()).as(all.output()).isEqualTo(1);
            assertThat(lines.get(0)).startsWith("VERDICT").contains("RECV-Q", "SEND-Q", "PROCESS");
            int sick = lineOf(stalled, lines);
            int well = lineOf(quiet, lines);
            assertThat(sick).isPositive().isLessThan(well);
            assertThat(lines.get(sick))
                    .matches("stalled with ghosts +3 +50 +3 .*"
                            + ProcessHandle.current().pid() + " java");
            assertThat(lines.get(well)).matches("no traffic seen +0 +50 +0 .*");
        }
    }

    @Test
    void inJsonItIsAnArray() throws Exception {
        try (MadeQueue stalled = MadeQueue.on("127.0.0.1", BACKLOG).live(2)) {
            DoctorProcess all = DoctorProcess.run("--all", "--watch=1", "--json");

            assertThat(JsonParser.parseString(all.output()).getAsJsonArray())
                    .extracting(JsonElement::getAsJsonObject)
                    .anyMatch(each -> each.get("port").getAsInt() == port(stalled)
                            && each.get("depth").getAsInt() == 2
                            && "accept stalled".equals(each.get("verdict").getAsString()));
        }
    }

    @Test
    void anotherNetworkNamespaceIsExaminedByThePidOfAProcessInIt() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can enter a network namespace");
        List<String> start =
                List.of("unshare", "--net", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh", DoctorProcess.java());
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PortSharer.class.getName(), "4000", "7"));
        Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            assertThat(server.inputReader().readLine()).isEqualTo("ready");

            DoctorProcess one = DoctorProcess.run("4000", "--pid=" + server.pid(), "--json", "--watch=1");
            DoctorProcess all = DoctorProcess.run("--pid=" + server.pid(), "--watch=1");

            assertThat(one.exitCode()).as(one.output()).isZero();
            assertThat(one.json().get("limit").getAsInt()).isEqualTo(7);
            assertThat(one.json().get("pid").getAsLong()).isEqualTo(server.pid());
            assertThat(all.exitCode()).as(all.output()).isZero();
            assertThat(all.output().lines().skip(1))
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:4000", server.pid() + " java");
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void ourOwnNetworkNamespaceNeedsNoEntering() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG).ghosts(1)) {
            DoctorProcess run = DoctorProcess.run(
                    queue.port(), "--pid=" + ProcessHandle.current().pid(), "--watch=1");

            assertThat(run.output()).contains("STALLED WITH GHOSTS");
        }
    }

    @Test
    void mistakesAreOneLineEach() throws Exception {
        assertMistake("PORT or --all is missing");
        assertMistake("give PORT or --all, not both: PORT was 4000", "4000", "--all");
        assertMistake("--host 127.0.0.1 needs a PORT", "--all", "--host=127.0.0.1");
        assertMistake("--stack needs a PORT", "--all", "--stack");
        assertMistake("--pid must be a process of this machine, was 2147483647", "4000", "--pid=2147483647");
    }

    private static void assertMistake(String message, Object... arguments) throws Exception {
        DoctorProcess run = DoctorProcess.run(arguments);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.output()).contains(message).hasLineCount(1);
    }

    private static int port(MadeQueue queue) {
        try {
            return queue.port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lineOf(MadeQueue queue, List<String> lines) {
        String address = "127.0.0.1:" + port(queue) + " ";
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(address)) {
                return i;
            }
        }
        return -1;
    }
}
