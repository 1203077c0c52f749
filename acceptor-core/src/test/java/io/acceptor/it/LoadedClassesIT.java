package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A class that is first needed when there is no descriptor to read it with is lost for good: the JVM remembers that. So
 * whatever clients do, a server that has started loads no class of the library any more.
 */
@Timeout(60)
class LoadedClassesIT {
    private static final Pattern LOOP_STEP = Pattern.compile(
            " io\\.acceptor\\.(NioLoop|Accepting|Reception|Offering|Closing|WorkerPool|StarterThread|HandOffQueue|engine\\.\\w+)\\$\\$Lambda");

    @ParameterizedTest
    @ValueSource(strings = {"acceptor", "drop-in"})
    void clientsMakeTheLibraryLoadNoClass(String kind, @TempDir Path directory) throws Exception {
        Path loaded = directory.resolve("loaded.txt");
        List<String> options = List.of("-Xlog:class+load=info:file=" + loaded);
        try (ServerJvm server = ServerJvm.start(ExhaustedServer.class, directory, 1024, true, options, List.of(kind))) {
            int port = server.port();
            List<String> before = ofTheLibrary(loaded);
            assertThat(before).as("loaded by the start").anyMatch(line -> line.contains("io.acceptor.NioLoop "));
            clientsOfAllKinds(port);
            await().untilAsserted(() -> assertThat(server.ask("stats"))
                    .contains("pending=0", "PEER_RESET=1", "CLOSED_SILENTLY=1", "COMPLETED=2"));
            List<String> after = new ArrayList<>(ofTheLibrary(loaded));
            after.removeAll(before);
            assertThat(after).as("loaded since").isEmpty();
        }
    }

    /** Making one took a loop a second on a busy machine. Those that workers need are made by workers. */
    @Test
    void theFirstClientFindsTheLambdasOfItsLoopMade(@TempDir Path directory) throws Exception {
        Path loaded = directory.resolve("loaded.txt");
        List<String> options = List.of("-Xlog:class+load=info:file=" + loaded);
        try (ServerJvm server =
                ServerJvm.start(ExhaustedServer.class, directory, 1024, true, options, List.of("acceptor"))) {
            int port = server.port();
            List<String> before = lambdasOfLoops(loaded);
            assertThat(before).as("made by the start").isNotEmpty();
            try (Client client = greeted(port)) {
                assertThat(client.say("ping").hear(4)).isEqualTo("ping");
            }
            List<String> after = new ArrayList<>(lambdasOfLoops(loaded));
            after.removeAll(before);
            assertThat(after).as("made since").isEmpty();
        }
    }

    private static List<String> lambdasOfLoops(Path loaded) throws IOException {
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.filter(line -> line.contains("$$Lambda"))
                    .filter(line -> LOOP_STEP.matcher(line).find())
                    .toList();
        }
    }

    private static void clientsOfAllKinds(int port) throws IOException {
        for (int i = 0; i < 2; i++) {
            try (Client client = greeted(port)) {
                assertThat(client.say("ping").hear(4)).isEqualTo("ping");
            }
        }
        Client leaving = greeted(port);
        assertThat(leaving.say("ping").hear(4)).isEqualTo("ping");
        leaving.reset();
        try (Client silent = greeted(port)) {
            silent.socket().shutdownOutput();
            assertThat(silent.hearAll()).isEmpty();
        }
        greeted(port).reset();
        Peers.probe(port, 100, 2);
    }

    private static Client greeted(int port) throws IOException {
        Client client = Peers.connect(port);
        assertThat(client.hear(ExhaustedServer.GREETING.length())).isEqualTo(ExhaustedServer.GREETING);
        return client;
    }

    /** Read from a file, that is: those the JVM makes itself (lambdas) need none. */
    private static List<String> ofTheLibrary(Path loaded) throws IOException {
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.filter(line -> line.contains(" io.acceptor.") && line.contains("source: file:"))
                    .filter(line -> !line.contains(" io.acceptor.it."))
                    .map(line -> line.substring(line.indexOf(" io.acceptor.")))
                    .toList();
        }
    }
}
