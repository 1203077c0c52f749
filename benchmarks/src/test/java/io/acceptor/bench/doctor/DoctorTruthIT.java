package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.acceptor.bench.AcceptorBench;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code doctor --json} against queues whose content the test has made. */
final class DoctorTruthIT {
    private static final int BACKLOG = 50;
    private static final int GHOSTS = 3;
    private static final int LIVE = 4;
    private static final int HALF_CLOSED = 2;
    private static final int CROWDS = 3;
    private static final int CROWD = 7_000;
    private static final long AGE_TOLERANCE_MILLIS = 50;
    private static final List<String> UNPRIVILEGED =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "::"})
    void everyNumberIsAsMade(String address) throws Exception {
        try (MadeQueue queue = MadeQueue.on(address, BACKLOG).ghosts(1)) {
            queue.live(LIVE);
            Instant connected = Instant.now();
            queue.halfClosed(HALF_CLOSED).ghosts(GHOSTS - 1);

            JsonObject json =
                    DoctorProcess.run(queue.port(), "--json", "--watch=1").json();

            assertAsMade(json);
            assertThat(json.get("source").getAsString()).isEqualTo("sock_diag");
            assertThat(json.get("limit").getAsInt()).isEqualTo(BACKLOG);
            assertThat(json.get("full").getAsBoolean()).isFalse();
            Instant looked = Instant.parse(json.get("at").getAsString());
            assertThat(json.get("oldestMillis").getAsLong())
                    .isCloseTo(Duration.between(connected, looked).toMillis(), within(AGE_TOLERANCE_MILLIS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "::"})
    void withoutJnaOnlyWhatProcDoesNotTellIsUnknown(String address) throws Exception {
        String withoutJna = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("jna"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> start = List.of(DoctorProcess.java(), "-cp", withoutJna, AcceptorBench.class.getName());
        try (MadeQueue queue =
                MadeQueue.on(address, BACKLOG).ghosts(GHOSTS).live(LIVE).halfClosed(HALF_CLOSED)) {

            JsonObject json = DoctorProcess.runWith(start, queue.port(), "--json", "--watch=1")
                    .json();

            assertAsMade(json);
            assertThat(json.get("source").getAsString()).isEqualTo("proc");
            assertThat(json.get("limit").isJsonNull()).isTrue();
            assertThat(json.get("full").isJsonNull()).isTrue();
            assertThat(json.get("oldestMillis").isJsonNull()).isTrue();
        }
    }

    @Test
    void thousandsOfConnectionsElsewhereChangeNothing() throws Exception {
        List<Crowd> crowds = new ArrayList<>();
        try (MadeQueue queue =
                MadeQueue.on("127.0.0.1", BACKLOG).ghosts(GHOSTS).live(LIVE).halfClosed(HALF_CLOSED)) {
            for (int i = 0; i < CROWDS; i++) {
                crowds.add(Crowd.gather(CROWD));
            }

            assertAsMade(DoctorProcess.run(queue.port(), "--json", "--watch=1").json());
        } finally {
            crowds.forEach(Crowd::close);
        }
    }

    @Test
    void anotherUsersProcessIsExaminedButNotNamed() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
        Path jar = readableByAll(DoctorProcess.JAR);
        List<String> start = new ArrayList<>(UNPRIVILEGED);
        start.addAll(List.of(DoctorProcess.java(), "-jar", jar.toString()));
        try (MadeQueue queue =
                MadeQueue.on("127.0.0.1", BACKLOG).ghosts(GHOSTS).live(LIVE).halfClosed(HALF_CLOSED)) {
            JsonObject json = DoctorProcess.runWith(start, queue.port(), "--json", "--watch=1")
                    .json();

            assertAsMade(json);
            assertThat(json.get("source").getAsString()).isEqualTo("sock_diag");
            assertThat(json.get("pid").isJsonNull()).isTrue();
            assertThat(json.get("uid").getAsInt()).isZero();
            assertThat(DoctorProcess.runWith(start, queue.port(), "--watch=1").output())
                    .contains("of user 0; not permitted to see which process");
        } finally {
            Files.delete(jar);
            Files.delete(jar.getParent());
        }
    }

    @Test
    void ourOwnProcessIsNamed() throws Exception {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", BACKLOG)) {
            JsonObject json =
                    DoctorProcess.run(queue.port(), "--json", "--watch=1").json();

            assertThat(json.get("pid").getAsLong())
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(json.get("command").getAsString()).contains("java");
        }
    }

    @Test
    void severalAddressesAtOnePortAreToldApart() throws Exception {
        try (MadeQueue one = MadeQueue.on("127.0.0.1", BACKLOG).ghosts(1);
                MadeQueue other = MadeQueue.on("127.0.0.2", one.port(), BACKLOG).live(2)) {
            DoctorProcess unclear = DoctorProcess.run(one.port());
            JsonObject chosen = DoctorProcess.run(other.port(), "--json", "--watch=1", "--host=127.0.0.2")
                    .json();

            assertThat(unclear.exitCode()).isEqualTo(2);
            assertThat(unclear.output())
                    .contains("127.0.0.1:", "127.0.0.2:", "say which by --host")
                    .hasLineCount(1);
            assertThat(chosen.get("depth").getAsInt()).isEqualTo(2);
            assertThat(chosen.get("ghosts").getAsInt()).isZero();
        }
    }

    @Test
    void aListenerOnAllAddressesFitsAnyHost() throws Exception {
        try (MadeQueue queue = MadeQueue.on("::", BACKLOG).ghosts(1)) {
            JsonObject json = DoctorProcess.run(queue.port(), "--json", "--watch=1", "--host=127.0.0.1")
                    .json();

            assertThat(json.get("ghosts").getAsInt()).isEqualTo(1);
        }
    }

    private static void assertAsMade(JsonObject json) {
        assertThat(json.get("depth").getAsInt()).isEqualTo(GHOSTS + LIVE + HALF_CLOSED);
        assertThat(json.get("visible").getAsInt()).isEqualTo(LIVE + HALF_CLOSED);
        assertThat(json.get("ghosts").getAsInt()).isEqualTo(GHOSTS);
        assertThat(json.get("synRecv").getAsInt()).isZero();
        assertThat(json.get("acceptedPerSecond").getAsDouble()).isZero();
        assertThat(json.get("verdict").getAsString()).isEqualTo(Verdict.STALLED_WITH_GHOSTS.words());
    }

    private static Path readableByAll(Path jar) throws IOException {
        Path folder = Files.createTempDirectory("doctor");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path copy = Files.copy(jar, folder.resolve("doctor.jar"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        return copy;
    }
}
