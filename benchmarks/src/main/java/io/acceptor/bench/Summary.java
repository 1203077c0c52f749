package io.acceptor.bench;

import java.util.List;
import java.util.Objects;

/** Medians and spread over the valid rounds of a comparison. Immutable. */
final class Summary {
    private final List<Trial> trials;

    Summary(List<Trial> trials) {
        this.trials = List.copyOf(trials);
    }

    /** In the order in which they were run. */
    List<String> scenarios() {
        return trials.stream().map(Trial::scenario).distinct().toList();
    }

    /** In the order in which they were asked for. */
    List<String> servers() {
        return trials.stream().map(Trial::server).distinct().toList();
    }

    /** {@link Spread#NONE} if it was not measured. */
    Spread of(String scenario, String server, Figure figure) {
        return Spread.of(trials.stream()
                .filter(trial -> trial.valid()
                        && trial.scenario().equals(scenario)
                        && trial.server().equals(server))
                .map(trial -> trial.figure(figure))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    long rounds(String scenario, String server) {
        return trials.stream()
                .filter(trial ->
                        trial.scenario().equals(scenario) && trial.server().equals(server))
                .count();
    }

    long validRounds(String scenario, String server) {
        return trials.stream()
                .filter(trial -> trial.valid()
                        && trial.scenario().equals(scenario)
                        && trial.server().equals(server))
                .count();
    }

    List<Trial> trials() {
        return trials;
    }
}
