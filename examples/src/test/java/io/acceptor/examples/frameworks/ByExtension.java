package io.acceptor.examples.frameworks;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import io.acceptor.netty.AcceptGuardExtension;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Servers of frameworks that show nothing of Netty's, as they are: a JVM that was started with
 * {@code -Dio.netty.bootstrap.extensions=serviceload} guards them. Each is probed and asked by its own client; what came of it is
 * printed.
 */
final class ByExtension {
    private ByExtension() {}

    public static void main(String[] arguments) {
        int code = 0; // the frameworks' threads would keep the JVM
        try {
            armeria();
            vertx();
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            code = 1;
        }
        System.exit(code);
    }

    private static void armeria() throws IOException {
        Server server = Server.builder()
                .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .service("/", (context, request) -> HttpResponse.of("hello"))
                .build();
        server.start().join();
        UnderProbes.probe(server.activeLocalPort());
        String answer = WebClient.of("http://127.0.0.1:" + server.activeLocalPort())
                .get("/")
                .aggregate()
                .join()
                .contentUtf8();
        server.stop().join();
        say("armeria", answer);
    }

    private static void vertx() throws IOException {
        Vertx vertx = Vertx.vertx();
        int port = vertx.createHttpServer()
                .requestHandler(request -> request.response().end("hello"))
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
        UnderProbes.probe(port);
        HttpClient client = vertx.createHttpClient(); // held until it is closed: Vert.x closes one that nobody holds
        String answer = client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.send().compose(HttpClientResponse::body))
                .await()
                .toString();
        client.close().await();
        vertx.close().await();
        say("vertx", answer);
    }

    private static void say(String name, String answer) {
        System.out.println(name + " says " + answer + ", probes so far "
                + AcceptGuardExtension.guard().stats().probeLike());
    }
}
