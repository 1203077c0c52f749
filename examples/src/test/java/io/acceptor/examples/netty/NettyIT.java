package io.acceptor.examples.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.examples.Child;
import io.acceptor.it.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each server with probes, ncat, and HAProxy. */
@Timeout(120)
final class NettyIT {
    private static final String GREETING = "220 ready\r\n";
    private static final int CHECKS = 20;

    private Child example;

    @TempDir
    private Path directory;

    private void start(String kind) throws IOException {
        example = Child.example("netty", "--port=0", "--server=" + kind);
    }

    @AfterEach
    void stop() {
        if (example != null) {
            example.close();
        }
    }

    @Test
    void plainServerLogsEachCheck() throws Exception {
        start("plain");
        check();
        await().untilAsserted(() -> assertThat(example.lines())
                .filteredOn(line -> line.contains("An exceptionCaught() event was fired"))
                .hasSize(CHECKS));
    }

    @Test
    void guardedServerLogsNothingAndServes() throws Exception {
        start("guarded");
        check();
        Peers.probe(example.port(), CHECKS, 1);

        assertThat(Child.ncat(example.port(), "who am I?"))
                .satisfiesExactly(
                        greeting -> assertThat(greeting).isEqualTo("220 ready"),
                        answer -> assertThat(answer).startsWith("you are /127.0.0.1:"));
        assertThat(example.lines()).as("its address, and nothing else").hasSize(1);
    }

    @Test
    void proxiedServerKnowsTheClientBehindHaproxy() throws Exception {
        Child.require("haproxy");
        start("proxied");
        int front = freePort();
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), """
                defaults
                  mode tcp
                  timeout check 5s
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                listen echo
                  bind 127.0.0.1:%d
                  server one 127.0.0.1:%d send-proxy-v2 check inter 20ms
                """.formatted(front, example.port()));
        try (Child haproxy = Child.start(List.of("haproxy", "-db", "-f", config.toString()))) {
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertKnown(front));
            assertThat(haproxy.lines()).noneMatch(line -> line.contains("DOWN"));
        }
        assertThat(example.lines()).as("its address, and nothing else").hasSize(1);
    }

    /** As HAProxy's tcp-check does: reads the greeting and resets. */
    private void check() throws IOException {
        for (int i = 0; i < CHECKS; i++) {
            try (Peers.Client client = Peers.connect(example.port())) {
                assertThat(client.hear(GREETING.length())).isEqualTo(GREETING);
                client.reset();
            }
        }
    }

    private static void assertKnown(int front) throws IOException {
        try (Peers.Client client = Peers.connect(front)) {
            assertThat(client.hear(GREETING.length())).isEqualTo(GREETING);
            String expected = "you are /127.0.0.1:" + client.socket().getLocalPort() + "\r\n";
            assertThat(client.say("who am I?\r\n").hear(expected.length())).isEqualTo(expected);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
