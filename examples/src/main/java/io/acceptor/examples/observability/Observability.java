package io.acceptor.examples.observability;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.examples.Listening;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** An echo server whose meters Prometheus can scrape. */
@Command(
        name = "observability",
        description = {
            "An echo server that greets, with its meters at http://HOST:METRICS-PORT/metrics.",
            "examples/observability has a configuration for Prometheus, alert rules and a Grafana dashboard."
        },
        mixinStandardHelpOptions = true)
public final class Observability implements Callable<Integer> {
    /** The format that every Prometheus reads. */
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    @Option(
            names = "--metrics-port",
            paramLabel = "N",
            description = "Port for scrapes, 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int metricsPort = 9464;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Observability() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        HttpServer scrapes = HttpServer.create(listening.address(metricsPort), 0);
        scrapes.createContext("/metrics", this::scrape);
        Acceptor acceptor = Acceptor.builder()
                .name("echo") // else the tag "listener" is the address, and another port makes new time series
                .greeting(Greeting.of("hello\n", StandardCharsets.US_ASCII))
                .handler(client -> client.input().transferTo(client.output()))
                .start(listening.address());
        acceptor.metrics().bindTo(registry);
        scrapes.start();

        InetSocketAddress where = scrapes.getAddress();
        out.println("metrics at http://" + where.getAddress().getHostAddress() + ":" + where.getPort() + "/metrics");
        return Listening.untilTerminated(out, acceptor.localAddress(), () -> {
            acceptor.close();
            scrapes.stop(0);
        });
    }

    private void scrape(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = registry.scrape(TEXT).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", TEXT);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
