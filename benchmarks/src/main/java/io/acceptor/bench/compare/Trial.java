package io.acceptor.bench.compare;

import io.acceptor.bench.flood.Sample;
import io.acceptor.bench.victims.ClientEnd;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One server put through one scenario once. Null for what is unknown or was not measured.
 *
 * @param subject who, where and when
 * @param complaints why it must not be counted; empty if it may
 * @param figures what was measured
 * @param victimEnds how the victims ended
 * @param moments over time, while clients and flood were there together
 */
record Trial(
        Subject subject,
        List<String> complaints,
        Map<Figure, Double> figures,
        Map<ClientEnd, Long> victimEnds,
        List<Sample> moments) {

    /**
     * Which trial it is.
     *
     * @param scenario its label
     * @param server its name
     * @param round counted from 1
     */
    record Subject(String scenario, String server, int round) {
        boolean is(String aScenario, String aServer) {
            return scenario.equals(aScenario) && server.equals(aServer);
        }
    }

    Trial {
        complaints = List.copyOf(complaints);
        figures = Map.copyOf(figures);
        victimEnds = Map.copyOf(victimEnds);
        moments = List.copyOf(moments);
    }

    boolean valid() {
        return complaints.isEmpty();
    }

    @Nullable
    Double figure(Figure figure) {
        return figures.get(figure);
    }
}
