package io.acceptor.bench.cost;

import io.acceptor.bench.measure.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * All rounds of one server.
 *
 * @param server its name
 * @param rounds in their order
 */
public record ServerRounds(String server, List<Round> rounds) {

    /** The rounds that may be counted. */
    List<Round> valid() {
        return rounds.stream().filter(Round::valid).toList();
    }

    /** A figure over the valid rounds. */
    Spread spread(ToDoubleFunction<Round> figure) {
        return Spread.of(valid().stream().mapToDouble(figure).toArray());
    }

    /** A count over the valid rounds. */
    double sum(ToDoubleFunction<Round> figure) {
        return valid().stream().mapToDouble(figure).sum();
    }

    /** This server's figure in parts of the other's, round by round, where both rounds may be counted. */
    Spread ratio(ServerRounds other, ToDoubleFunction<Round> figure) {
        return Spread.of(IntStream.range(0, Math.min(rounds.size(), other.rounds.size()))
                .filter(i -> rounds.get(i).valid() && other.rounds.get(i).valid())
                .mapToDouble(i -> figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(other.rounds.get(i)))
                .toArray());
    }
}
