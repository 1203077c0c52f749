package io.acceptor.examples.vertx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.it.Peers;
import io.acceptor.netty.AcceptGuard;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Vert.x on the transport of docs/migration-vertx.md. */
@Timeout(60)
final class VertxTest {
    private static final String GREETING = "220 ready\r\n";
    private static final int PROBES = 50;

    private final List<AcceptGuard> guards = new CopyOnWriteArrayList<>();
    private final AtomicInteger connected = new AtomicInteger();
    private Vertx vertx;

    private void start(AcceptGuard.Builder guard) {
        vertx = Vertx.builder()
                .withTransport(new GuardedTransport(Transport.NIO, bootstrap -> guards.add(guard.install(bootstrap))))
                .build();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await();
    }

    @Test
    void serverOfSocketsNeverSeesAProbe() throws Exception {
        start(AcceptGuard.builder().greeting(Greeting.of(GREETING, US_ASCII)));
        int port = vertx.createNetServer()
                .connectHandler(this::echo)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
        Peers.probe(port, PROBES, 2);
        try (Peers.Client client = Peers.connect(port)) {
            assertThat(client.hear(GREETING.length())).isEqualTo(GREETING);
            assertThat(client.say("hello").hear(5)).isEqualTo("hello");
        }
        assertCounted();
        assertThat(connected).hasValue(1);

        assertThat(guards.get(0)
                        .drain(Duration.ZERO, Duration.ofSeconds(5))
                        .toCompletableFuture()
                        .join()
                        .graceful())
                .isTrue();
        assertThatThrownBy(() -> Peers.connect(port)).isInstanceOf(ConnectException.class);
    }

    private void echo(NetSocket socket) {
        connected.incrementAndGet();
        socket.handler(socket::write);
    }

    @Test
    void serverOfHttpNeverSeesAProbe() throws Exception {
        start(AcceptGuard.builder());
        int port = vertx.createHttpServer()
                .connectionHandler(connection -> connected.incrementAndGet())
                .requestHandler(request -> request.response().end(Buffer.buffer("hello")))
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
        Peers.probe(port, PROBES, 2);
        try (Peers.Client client = Peers.connect(port)) {
            client.say("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
            assertThat(client.hearAll()).startsWith("HTTP/1.1 200 OK").endsWith("hello");
        }
        assertCounted();
        assertThat(connected).hasValue(1);
    }

    private void assertCounted() {
        await().untilAsserted(() -> {
            AcceptorStats stats = guards.get(0).stats();
            assertThat(stats.probeLike()).isEqualTo(PROBES);
            assertThat(stats.outcomes()).containsEntry(Outcome.COMPLETED, 1L);
            assertThat(stats.ended()).isEqualTo(PROBES + 1).isEqualTo(stats.accepted());
        });
    }

    @Test
    void pageShowsTheTransport() throws IOException {
        start(AcceptGuard.builder());
        String source = Files.readString(Path.of("src/test/java/io/acceptor/examples/vertx/GuardedTransport.java"));
        assertThat(Files.readString(Path.of("../docs/migration-vertx.md")))
                .contains("```java\n" + source.substring(source.indexOf("import ")) + "```\n");
    }
}
