package io.acceptor.it;

import static io.acceptor.it.BehindHaproxy.GREETING;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.ResilientServerSocket;
import io.acceptor.it.BehindHaproxy.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The servers of acceptor-core behind HAProxy. It lasts 6 seconds; {@code -Dacceptor.it.haproxy.seconds} makes that more or less.
 */
@Timeout(600)
class HaproxyIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("acceptor.it.haproxy.seconds", 6));
    private static final String NAME = "behind-haproxy";

    private final int descriptorsBefore = Descriptors.open();

    @BeforeEach
    void needHaproxy() {
        BehindHaproxy.require();
    }

    @Test
    void itsChecksAreCountedAndClientsAreServedAllAlong(@TempDir Path directory, TestReporter reporter)
            throws Exception {
        try (CapturedLog log = new CapturedLog(Level.DEBUG, NAME)) {
            try (Acceptor acceptor = Acceptor.builder()
                            .name(NAME)
                            .greeting(Greeting.of(GREETING, US_ASCII))
                            .handler(connection -> connection.input().transferTo(connection.output()))
                            .start(ANY_PORT);
                    ResilientServerSocket server =
                            ResilientServerSocket.builder().name(NAME).bind(ANY_PORT)) {
                startPlainLoop(server);
                List<Backend> backends = List.of(
                        new Backend("acceptor", acceptor.localAddress().getPort(), false, acceptor::stats),
                        new Backend("server-socket", server.getLocalPort(), false, server::stats));
                BehindHaproxy.checkAndServe(directory, RUN, backends, reporter);
                assertThat(acceptor.health().ready()).isTrue();
                assertThat(server.health().ready()).isTrue();
            }
            assertThat(log.lines(Level.INFO)).isEmpty();
            assertThat(log.lines(Level.DEBUG)).as("it was listened to").isNotEmpty();
        }
        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptorsBefore));
    }

    /** The loop that many applications have: greets, reads, answers, one client after the other. */
    private static void startPlainLoop(ServerSocket server) {
        Thread thread = new Thread(
                () -> {
                    while (!server.isClosed()) {
                        try (Socket socket = server.accept()) {
                            socket.getOutputStream().write(GREETING.getBytes(US_ASCII));
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        } catch (IOException e) {
                            // a probe that got through; the books tell
                        }
                    }
                },
                "plain loop");
        thread.setDaemon(true);
        thread.start();
    }
}
