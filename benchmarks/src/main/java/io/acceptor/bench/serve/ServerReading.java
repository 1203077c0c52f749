package io.acceptor.bench.serve;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.acceptor.bench.measure.ProcessUsage;
import io.acceptor.bench.measure.QueueNumbers;
import io.acceptor.bench.peers.ServerCounts;
import java.util.List;

/**
 * One look at a server under test, which travels as one line of JSON: a flat object with the components of all parts.
 *
 * @param server its name
 * @param counts its own books
 * @param queue what the kernel says of its accept queue
 * @param process what its process uses
 */
public record ServerReading(String server, ServerCounts counts, QueueNumbers queue, ProcessUsage process) {
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    String toJson() {
        JsonObject line = new JsonObject();
        line.addProperty("server", server);
        for (Record part : List.of(counts, queue, process)) {
            GSON.toJsonTree(part)
                    .getAsJsonObject()
                    .entrySet()
                    .forEach(each -> line.add(each.getKey(), each.getValue()));
        }
        return GSON.toJson(line);
    }

    /**
     * Reads such a line.
     *
     * @throws IllegalArgumentException if it is none
     */
    static ServerReading fromJson(String line) {
        try {
            JsonObject object = JsonParser.parseString(line).getAsJsonObject();
            return new ServerReading(
                    object.getAsJsonPrimitive("server").getAsString(),
                    GSON.fromJson(object, ServerCounts.class),
                    GSON.fromJson(object, QueueNumbers.class),
                    GSON.fromJson(object, ProcessUsage.class));
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new IllegalArgumentException("a reading must be one JSON object, was " + line, e);
        }
    }
}
