package io.acceptor.bench.flood;

import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.victims.ClientsResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One flood with its victims, as it was.
 *
 * @param load what was offered
 * @param flood what it has done
 * @param visitors how each kind has ended
 * @param victims real clients beside it; null if there were none
 * @param history over time
 */
public record FloodRun(
        Load load,
        FloodResult flood,
        Map<Behaviour, Map<ProbeEnd, Long>> visitors,
        @Nullable ClientsResult victims,
        History history) {

    /** Why its figures are those of the generator, not of the server; empty if they may be used. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (!flood.valid()) {
            complaints.add(behind("visitors", flood.onTime(), flood.intended()));
        }
        if (victims != null && !victims.valid()) {
            complaints.add(behind("victims", victims.onTime(), victims.intended()));
        }
        return complaints;
    }

    private static String behind(String who, long started, long intended) {
        return String.format(
                Locale.ROOT, "the generator fell behind its schedule: %,d of %,d %s on time", started, intended, who);
    }
}
