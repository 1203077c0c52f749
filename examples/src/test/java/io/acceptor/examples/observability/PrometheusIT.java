package io.acceptor.examples.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.acceptor.examples.Child;
import io.acceptor.it.Peers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, and a real Prometheus that scrapes it. */
final class PrometheusIT {
    private static final Pattern METRICS = Pattern.compile("metrics at http://(\\S+)/metrics");
    /** Logged by Prometheus with the port that it got. */
    private static final Pattern LISTENING = Pattern.compile("msg=\"Listening on\" address=(127\\.0\\.0\\.1:\\d+)");

    private static final int PROBES = 5;

    private final HttpClient http = HttpClient.newHttpClient();
    private Child example;

    @TempDir
    private Path directory;

    @BeforeEach
    void startExample() throws IOException {
        Child.require("prometheus");
        example = Child.example("observability", "--port=0", "--metrics-port=0");
    }

    @AfterEach
    void endExample() {
        if (example != null) {
            example.close();
        }
    }

    @Test
    void everyMeterArrivesUnderItsDocumentedName() throws Exception {
        String scraped = example.find(METRICS);
        for (int i = 0; i < PROBES; i++) {
            Peers.probe(example.port());
        }
        try (Child prometheus = Child.start(List.of(
                "prometheus",
                "--config.file=" + configuration(scraped),
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:0"))) {
            String api = "http://" + prometheus.find(LISTENING) + "/api/v1/";

            awaitValue(api, "sum(acceptor_connections_total{outcome=~\"reset_.*|closed_silently\"})", PROBES);
            awaitValue(api, "acceptor_accepted_connections_total{listener=\"echo\"}", PROBES);
            assertThat(names(api)).isEqualTo(Catalogue.documented());
            assertThat(rules(api)).isNotEmpty().allMatch(rule -> rule.equals("ok"));
        }
    }

    @Test
    void promtoolFindsNothingWrongWithTheMetrics() throws Exception {
        Path metrics = directory.resolve("metrics");
        Files.writeString(metrics, get("http://" + example.find(METRICS) + "/metrics"));

        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(metrics.toFile())
                .redirectErrorStream(true)
                .start();

        assertThat(promtool.inputReader().lines()).isEmpty();
        assertThat(promtool.waitFor()).isZero();
    }

    private Path configuration(String target) throws IOException {
        String shipped = Catalogue.read(Catalogue.FILES.resolve("prometheus.yml"));
        String here = shipped.replace("127.0.0.1:9464", target)
                .replace(
                        "alerts.yml",
                        Catalogue.FILES.resolve("alerts.yml").toAbsolutePath().toString())
                .replaceAll("_interval: \\S+", "_interval: 500ms");
        return Files.writeString(directory.resolve("prometheus.yml"), here);
    }

    private void awaitValue(String api, String query, int expected) {
        Awaitility.await(query)
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    JsonObject first = data(api + "query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                            .getAsJsonArray("result")
                            .get(0)
                            .getAsJsonObject();
                    assertThat(first.getAsJsonArray("value").get(1).getAsString())
                            .isEqualTo(Integer.toString(expected));
                });
    }

    private Set<String> names(String api) throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        JsonParser.parseString(get(api + "label/__name__/values"))
                .getAsJsonObject()
                .getAsJsonArray("data")
                .forEach(name -> names.add(name.getAsString()));
        names.removeIf(name -> !name.startsWith("acceptor_"));
        return names;
    }

    private Set<String> rules(String api) throws IOException, InterruptedException {
        Set<String> health = new TreeSet<>();
        for (JsonElement group : data(api + "rules").getAsJsonArray("groups")) {
            group.getAsJsonObject()
                    .getAsJsonArray("rules")
                    .forEach(rule ->
                            health.add(rule.getAsJsonObject().get("health").getAsString()));
        }
        return health;
    }

    private JsonObject data(String url) throws IOException, InterruptedException {
        return JsonParser.parseString(get(url)).getAsJsonObject().getAsJsonObject("data");
    }

    private String get(String url) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
