package io.acceptor.bench.compare;

import io.acceptor.bench.measure.Spread;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Medians and spread over the valid rounds of a comparison. Immutable. */
final class Summary {
    private final List<Trial> trials;

    Summary(List<Trial> trials) {
        this.trials = List.copyOf(trials);
    }

    /** In the order in which they were run. */
    List<String> scenarios() {
        return trials.stream()
                .map(trial -> trial.subject().scenario())
                .distinct()
                .toList();
    }

    /** In the order in which they were asked for. */
    List<String> servers() {
        return trials.stream().map(trial -> trial.subject().server()).distinct().toList();
    }

    /** {@link Spread#NONE} if it was not measured. */
    Spread of(String scenario, String server, Figure figure) {
        return Spread.of(of(scenario, server)
                .filter(Trial::valid)
                .map(trial -> trial.figure(figure))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    long rounds(String scenario, String server) {
        return of(scenario, server).count();
    }

    long validRounds(String scenario, String server) {
        return of(scenario, server).filter(Trial::valid).count();
    }

    private Stream<Trial> of(String scenario, String server) {
        return trials.stream().filter(trial -> trial.subject().is(scenario, server));
    }

    List<Trial> trials() {
        return trials;
    }
}
