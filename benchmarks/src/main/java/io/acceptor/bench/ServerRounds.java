package io.acceptor.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of one server.
 *
 * @param server its name
 * @param rounds in their order
 */
record ServerRounds(String server, List<Round> rounds) {

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

    /** This server's figure in parts of the other's: the ratio of the medians, and the spread of the rounds' ratios. */
    Spread ratio(ServerRounds other, ToDoubleFunction<Round> figure) {
        double[] each = new double[Math.min(rounds.size(), other.rounds.size())];
        int count = 0;
        for (int i = 0; i < each.length; i++) {
            if (rounds.get(i).valid() && other.rounds.get(i).valid()) {
                each[count++] = figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(other.rounds.get(i));
            }
        }
        Spread spread = Spread.of(Arrays.copyOf(each, count));
        double ofMedians = spread(figure).median() / other.spread(figure).median();
        return new Spread(ofMedians, spread.least(), spread.most());
    }
}
