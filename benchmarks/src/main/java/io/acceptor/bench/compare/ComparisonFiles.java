package io.acceptor.bench.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import io.acceptor.bench.measure.Spread;
import io.acceptor.bench.peers.Servers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Writes a comparison down: results.json, results.csv, results.md and report.html. */
final class ComparisonFiles {
    private static final JsonSerializer<Double> NUMBER_OR_NULL =
            (number, type, context) -> Double.isFinite(number) ? new JsonPrimitive(number) : JsonNull.INSTANCE;
    private static final Gson GSON = new GsonBuilder()
            .serializeNulls()
            .registerTypeAdapter(Double.class, NUMBER_OR_NULL)
            .registerTypeAdapter(double.class, NUMBER_OR_NULL)
            .create();

    private final Summary summary;
    private final String command;
    private final String machine;
    private final Instant when;

    /**
     * A finished comparison.
     *
     * @param command what was run
     * @param machine what it ran on
     * @param when it ended
     */
    ComparisonFiles(Summary summary, String command, String machine, Instant when) {
        this.summary = summary;
        this.command = command;
        this.machine = machine;
        this.when = when.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Makes the folder if need be. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        String json = json();
        Files.writeString(folder.resolve("results.json"), json + "\n", StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("results.csv"), csv(), StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("results.md"), markdown(), StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("report.html"), ReportPage.with(json), StandardCharsets.UTF_8);
    }

    String markdown() {
        return "`" + command + "`, " + when + ", " + machine + "\n\n" + new ComparisonTables(summary);
    }

    String json() {
        JsonObject whole = new JsonObject();
        whole.addProperty("machine", machine);
        whole.addProperty("when", when.toString());
        whole.addProperty("command", command);
        whole.add("verdict", GSON.toJsonTree(new ComparisonVerdict(summary).findings()));
        whole.add("figures", figures());
        whole.add("scenarios", scenarios());
        whole.add("servers", servers());
        whole.add("medians", medians());
        whole.add("trials", GSON.toJsonTree(summary.trials()));
        return GSON.toJson(whole);
    }

    private static JsonArray figures() {
        JsonArray all = new JsonArray();
        for (Figure figure : Figure.values()) {
            JsonObject object = new JsonObject();
            object.addProperty("name", figure.name());
            object.addProperty("label", figure.label());
            object.addProperty("unit", figure.unit());
            object.addProperty("decimals", figure.decimals());
            object.addProperty("better", figure.better().name());
            all.add(object);
        }
        return all;
    }

    private JsonArray scenarios() {
        JsonArray all = new JsonArray();
        for (Scenario scenario : Scenario.values()) {
            if (summary.scenarios().contains(scenario.label())) {
                JsonObject object = new JsonObject();
                object.addProperty("name", scenario.label());
                object.addProperty("question", scenario.question());
                all.add(object);
            }
        }
        return all;
    }

    private JsonArray servers() {
        JsonArray all = new JsonArray();
        for (String server : summary.servers()) {
            JsonObject object = new JsonObject();
            object.addProperty("name", server);
            object.addProperty("settings", Servers.settings(server));
            object.addProperty("ours", Servers.isOurs(server));
            all.add(object);
        }
        return all;
    }

    private JsonArray medians() {
        JsonArray all = new JsonArray();
        for (String scenario : summary.scenarios()) {
            for (String server : summary.servers()) {
                JsonObject object = new JsonObject();
                object.addProperty("scenario", scenario);
                object.addProperty("server", server);
                object.addProperty("rounds", summary.rounds(scenario, server));
                object.addProperty("validRounds", summary.validRounds(scenario, server));
                for (Figure figure : Figure.values()) {
                    Spread spread = summary.of(scenario, server, figure);
                    object.add(figure.name(), GSON.toJsonTree(Double.isNaN(spread.median()) ? null : spread));
                }
                all.add(object);
            }
        }
        return all;
    }

    /** A row for each trial. */
    String csv() {
        StringBuilder text = new StringBuilder("scenario,server,round,valid");
        for (Figure figure : Figure.values()) {
            text.append(',').append(figure.name().toLowerCase(Locale.ROOT));
        }
        text.append('\n');
        for (Trial trial : summary.trials()) {
            text.append(String.join(
                    ",",
                    trial.subject().scenario(),
                    trial.subject().server(),
                    Integer.toString(trial.subject().round()),
                    Boolean.toString(trial.valid())));
            for (Figure figure : Figure.values()) {
                Double value = trial.figure(figure);
                text.append(',').append(value == null ? "" : String.format(Locale.ROOT, "%.4f", value));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
