package io.acceptor.bench.cost;

import io.acceptor.bench.cost.CostMeter.Measured;
import io.acceptor.bench.flood.FloodResult;
import io.acceptor.bench.victims.ClientsResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One round of one server.
 *
 * @param idleMicrosPerSecond CPU it used while nothing was asked of it
 * @param flood probes alone
 * @param greeted clients alone
 * @param underFlood both at once; its cost is not told apart
 * @param others the share of the machine that other processes had meanwhile, from 0 to 1; NaN if unknown
 */
public record Round(
        double idleMicrosPerSecond,
        Measured<FloodResult> flood,
        Measured<ClientsResult> greeted,
        UnderFlood underFlood,
        double others) {

    /** Clients that were greeted while probes came. */
    public record UnderFlood(FloodResult probes, ClientsResult clients) {}

    /** Why it must not be counted; empty if it may. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        missed(complaints, "flood", flood.result());
        missed(complaints, "flood with clients", underFlood.probes());
        missed(complaints, "greeted clients", greeted.result());
        missed(complaints, "clients under the flood", underFlood.clients());
        if (!flood.cost().atRest() || !greeted.cost().atRest()) {
            complaints.add("the server was not done with its connections seconds after the last one");
        }
        return complaints;
    }

    boolean valid() {
        return complaints().isEmpty();
    }

    private static void missed(List<String> complaints, String phase, FloodResult probes) {
        if (!probes.valid()) {
            complaints.add(missed(phase, probes.onTime(), probes.intended()));
        }
    }

    private static void missed(List<String> complaints, String phase, ClientsResult clients) {
        if (!clients.valid()) {
            complaints.add(missed(phase, clients.onTime(), clients.intended()));
        }
    }

    private static String missed(String phase, long made, long intended) {
        return String.format(
                Locale.ROOT, "the generator missed its rate: %s, %,d of %,d on time", phase, made, intended);
    }
}
