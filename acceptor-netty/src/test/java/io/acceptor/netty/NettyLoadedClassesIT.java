package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.it.ExhaustedServer;
import io.acceptor.it.Peers;
import io.acceptor.it.Peers.Client;
import io.acceptor.it.ServerJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first buffer of Netty's allocator brings with it, the flight recorder, is there before a client comes. */
@Timeout(60)
class NettyLoadedClassesIT {
    @ParameterizedTest
    @ValueSource(strings = {"acceptor", "guard"})
    void theFirstClientDoesNotStartTheFlightRecorder(String kind, @TempDir Path directory) throws Exception {
        Path loaded = directory.resolve("loaded.txt");
        List<String> options = List.of("-Xlog:class+load=info:file=" + loaded);
        try (ServerJvm server =
                ServerJvm.start(ExhaustedNettyServer.class, directory, 1024, true, options, List.of("NIO", kind))) {
            int port = server.port();
            long before = ofTheRecorder(loaded);
            assertThat(before).as("started with the server").isPositive();
            try (Client client = Peers.connect(port)) {
                assertThat(client.hear(ExhaustedServer.GREETING.length())).isEqualTo(ExhaustedServer.GREETING);
                assertThat(client.say("ping").hear(4)).isEqualTo("ping");
            }
            assertThat(ofTheRecorder(loaded)).isEqualTo(before);
        }
    }

    private static long ofTheRecorder(Path loaded) throws IOException {
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.filter(line -> line.contains(" jdk.jfr.")).count();
        }
    }
}
