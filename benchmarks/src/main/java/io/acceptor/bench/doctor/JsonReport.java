package io.acceptor.bench.doctor;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The diagnosis for programs: one object, its keys stable. What is unknown is null. */
final class JsonReport {
    private static final Gson GSON = new GsonBuilder()
            .serializeNulls()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create();

    private final JsonObject json = new JsonObject();

    private JsonReport() {}

    /** Of one listening address. The array {@code listeners} is empty where it has but one listener. */
    static JsonObject of(Patient patient, Observation seen, Verdict verdict) {
        JsonReport report = new JsonReport();
        report.say("verdict", verdict == Verdict.CANNOT_TELL ? null : verdict.words());
        report.say("at", time(seen.last()));
        report.say(patient);
        report.say(patient.ownersInTrouble(seen));
        report.say(seen);
        report.say(patient, seen.sharers(), seen.stalledListeners());
        return report.json;
    }

    static String text(JsonElement json) {
        return GSON.toJson(json);
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
    }

    /** One process: the one in trouble if there is such, else the one that has all listeners. Null if there are several. */
    private void say(Collection<Owner> owners) {
        long[] pids = Owner.pids(owners);
        Optional<Owner> owner = owners.stream().findFirst();
        say("pid", pids.length == 1 ? pids[0] : Double.NaN);
        say("command", pids.length == 1 ? owner.map(Owner::command).orElse(null) : null);
        say("uid", owner.isPresent() ? owner.get().uid() : Double.NaN);
    }

    private void say(Patient patient, List<SharedListener> sharers, List<SharedListener> stalled) {
        JsonArray listeners = new JsonArray();
        for (SharedListener each : sharers) {
            JsonReport report = new JsonReport();
            Owner owner = patient.owners().get(each.inode());
            report.say(owner == null ? List.of() : List.of(owner));
            report.say("depth", each.depth());
            report.say("limit", each.limit());
            report.json.addProperty("full", Double.isNaN(each.limit()) ? null : each.full());
            report.json.addProperty("stalled", stalled.contains(each));
            report.say("nothingTakenSeconds", each.idleSeconds());
            listeners.add(report.json);
        }
        json.add("listeners", listeners);
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
