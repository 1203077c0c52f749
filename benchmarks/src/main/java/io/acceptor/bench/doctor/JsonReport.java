package io.acceptor.bench.doctor;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The diagnosis for programs: one flat object, its keys stable. What is unknown is null. */
final class JsonReport {
    private static final Gson GSON = new GsonBuilder()
            .serializeNulls()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create();

    private final JsonObject json = new JsonObject();

    private JsonReport() {}

    static String text(Patient patient, Observation seen, Verdict verdict) {
        JsonReport report = new JsonReport();
        report.say("verdict", verdict == Verdict.CANNOT_TELL ? null : verdict.words());
        report.say("at", time(seen.last()));
        report.say(patient);
        report.say(seen);
        return GSON.toJson(report.json);
    }

    /** When the last look was, to set its ages against other clocks. */
    private static String time(Look look) {
        return Instant.now().minusNanos(System.nanoTime() - look.nanos()).toString();
    }

    private void say(Patient patient) {
        json.addProperty("port", patient.port());
        say(
                "listener",
                patient.queue().map(AcceptQueue::local).map(Patient::text).orElse(null));
        Owner owner = patient.owner().orElse(null);
        say(
                "pid",
                owner == null || owner.pid().isEmpty()
                        ? Double.NaN
                        : owner.pid().getAsLong());
        say("command", owner == null || owner.pid().isEmpty() ? null : owner.command());
        say("uid", owner == null ? Double.NaN : owner.uid());
    }

    private void say(Observation seen) {
        AcceptQueueInspection inspection = seen.last().inspection();
        say("depth", seen.reading().depth());
        say("limit", seen.reading().limit());
        json.addProperty("full", Double.isNaN(seen.reading().utilisation()) ? null : inspection.full());
        say("visible", seen.last().visibleCount());
        say("ghosts", inspection.ghosts());
        say("ghostsAtLeast", inspection.ghostsAtLeast());
        say("ghostsAtMost", inspection.ghostsAtMost());
        say("oldestMillis", seen.last().oldestMillis());
        say("synRecv", inspection.synRecv());
        say("source", inspection.source());
        say("peak", seen.sinceStart().peak());
        say("somaxconn", seen.somaxconn().isPresent() ? seen.somaxconn().getAsInt() : Double.NaN);
        say("overflows", seen.sinceStart().turnedAway().overflows());
        say("drops", seen.sinceStart().turnedAway().drops());
        say("observedSeconds", seen.sinceStart().seconds());
        say("acceptedPerSecond", seen.flow().perSecond());
        say(
                "acceptedPerSecondAtLeast",
                seen.flow().taken().least() / seen.flow().seconds());
        say("acceptedPerSecondAtMost", seen.flow().taken().most() / seen.flow().seconds());
        say("nothingTakenSeconds", seen.flow().idleSeconds());
    }

    private void say(String key, @Nullable String text) {
        json.addProperty(key, text);
    }

    private void say(String key, double number) {
        json.add(key, number(number));
    }

    private static JsonElement number(double number) {
        if (Double.isNaN(number)) {
            return JsonNull.INSTANCE;
        }
        return number == Math.rint(number) ? new JsonPrimitive((long) number) : new JsonPrimitive(round(number));
    }

    private static double round(double number) {
        return Math.round(number * 1_000) / 1_000.0;
    }
}
