package io.acceptor.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.examples.Child;
import io.acceptor.netty.AcceptGuard;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** A server of Reactor Netty, which has no bootstrap of Netty's at all: its event loops make the server channel. */
@Timeout(60)
final class ReactorNettyTest {
    private final LoopResources loops = LoopResources.create("guarded", 1, true);
    private final AcceptGuard guard = AcceptGuard.builder().build();
    private DisposableServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create()
                .runOn(new GuardedLoops(loops, guard))
                .protocol(HttpProtocol.H2C, HttpProtocol.HTTP11)
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.sendString(Mono.just("hello " + request.uri())))
                .bindNow();
        UnderProbes.probe(server.port());
    }

    @AfterEach
    void stop() {
        server.disposeNow();
        loops.dispose();
    }

    /** The second request goes over the connection of the first. */
    @Test
    void curlIsServedOnOneConnection() throws Exception {
        Child.require("curl");
        String url = "http://127.0.0.1:" + server.port() + "/";
        try (Child curl = Child.start(List.of("curl", "-sS", "-w", " %{num_connects}\n", url + "one", url + "two"))) {
            assertThat(curl.exitCode()).isZero();
            assertThat(curl.lines()).containsExactly("hello /one 1", "hello /two 0");
        }
        UnderProbes.assertDropped(guard::stats, 1);
    }

    @Test
    void connectionIsUpgradedToHttp2() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"))
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).isEqualTo("hello /");
        UnderProbes.assertDropped(guard::stats, 1);
    }
}
