package io.acceptor.bench.compare;

import io.acceptor.bench.compare.Trial.Subject;
import io.acceptor.bench.flood.Sample;
import io.acceptor.bench.flood.Sample.Waits;
import io.acceptor.bench.measure.Vitals;
import io.acceptor.bench.victims.ClientEnd;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Made-up trials. */
final class Trials {
    private Trials() {}

    static Trial of(String scenario, String server, int round, Map<Figure, Double> figures) {
        return new Trial(new Subject(scenario, server, round), List.of(), figures, Map.of(), List.of());
    }

    static Trial probes10k(String server, int round, double success, double microsPerProbe) {
        return of(
                "probes-10k",
                server,
                round,
                Map.of(
                        Figure.SUCCESS,
                        success,
                        Figure.MICROS_PER_PROBE,
                        microsPerProbe,
                        Figure.P99,
                        microsPerProbe / 4,
                        Figure.RECOVERY,
                        1.5));
    }

    /** One that hung when the flood began: nothing recovers, and the queue fills. */
    static Trial wedged(int round) {
        List<Sample> moments = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            Vitals vitals = new Vitals(Math.min(4_097, i * 1_000), 48, 31);
            moments.add(new Sample(i / 4.0, i * 2_500L, new Waits(0, i < 8 ? 0 : 25, Double.NaN, Double.NaN), vitals));
        }
        return new Trial(
                new Subject("probes-10k", "loop-wedged", round),
                List.of(),
                Map.of(Figure.SUCCESS, 0.0, Figure.PEAK_QUEUE, 4_097.0),
                Map.of(ClientEnd.SILENCE, 300L),
                moments);
    }

    static Trial healthy(String server, int round, double microsPerProbe) {
        List<Sample> moments = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            Vitals vitals = new Vitals(i % 3, 55 + i % 5, 20);
            moments.add(
                    new Sample(i / 4.0, i * 2_500L, new Waits(25, 0, 1 + 0.1 * (i % 4), 2 + 0.3 * (i % 5)), vitals));
        }
        Map<Figure, Double> figures =
                new EnumMap<>(probes10k(server, round, 100, microsPerProbe).figures());
        figures.put(Figure.PEAK_QUEUE, 2.0);
        figures.put(Figure.PEAK_FDS, 59.0);
        return new Trial(
                new Subject("probes-10k", server, round), List.of(), figures, Map.of(ClientEnd.GREETED, 300L), moments);
    }
}
