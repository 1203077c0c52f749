package io.acceptor.bench.compare;

import io.acceptor.bench.measure.Spread;
import io.acceptor.bench.peers.Servers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a comparison means, in sentences: for each scenario who served its clients, and whether ours are ahead. */
final class ComparisonVerdict {
    /** Of the victims, in percent; one client in a thousand may meet a full queue that nobody is to blame for. */
    private static final double SERVED = 99.9;

    /** In a sentence; more are in the tables. Up to the best of ours all are named. */
    private static final int MOST_SHOWN = 5;

    private final Summary summary;

    ComparisonVerdict(Summary summary) {
        this.summary = summary;
    }

    /**
     * One scenario.
     *
     * @param scenario its label
     * @param good whether all of ours served their clients
     * @param sentences what to say
     */
    record Finding(String scenario, boolean good, List<String> sentences) {}

    List<Finding> findings() {
        return summary.scenarios().stream().map(this::finding).toList();
    }

    private Finding finding(String scenario) {
        List<String> measured = summary.servers().stream()
                .filter(server -> summary.validRounds(scenario, server) > 0)
                .toList();
        List<String> sentences = new ArrayList<>();
        sentences.add(clients(scenario, measured));
        for (Figure figure :
                List.of(Figure.P99, Figure.GREETED_PER_SECOND, Figure.MICROS_PER_PROBE, Figure.MICROS_PER_GREETED)) {
            compare(scenario, measured, figure, sentences);
        }
        missing(scenario, sentences);
        boolean good = measured.stream().filter(Servers::isOurs).allMatch(server -> served(scenario, server));
        return new Finding(scenario, good, sentences);
    }

    private boolean served(String scenario, String server) {
        Spread success = summary.of(scenario, server, Figure.SUCCESS);
        boolean recovered = scenario.equals(Scenario.GREETED.label())
                || !Double.isNaN(summary.of(scenario, server, Figure.RECOVERY).median());
        return recovered && (scenario.equals(Scenario.DESCRIPTORS.label()) || success.median() >= SERVED);
    }

    private String clients(String scenario, List<String> measured) {
        List<String> lost =
                measured.stream().filter(server -> !served(scenario, server)).toList();
        if (lost.isEmpty()) {
            return "Every server served its clients.";
        }
        List<String> kept =
                measured.stream().filter(server -> !lost.contains(server)).toList();
        String served = kept.size() > MOST_SHOWN
                ? kept.size() + " of " + measured.size() + " servers served their clients. "
                : "Served their clients: " + (kept.isEmpty() ? "none" : String.join(", ", kept)) + ". ";
        String failed = lost.stream()
                .map(server -> server + " " + describe(scenario, server))
                .collect(Collectors.joining(", "));
        return served + "Did not: " + failed + ".";
    }

    private String describe(String scenario, String server) {
        String recovery =
                Double.isNaN(summary.of(scenario, server, Figure.RECOVERY).median())
                                && !scenario.equals(Scenario.GREETED.label())
                        ? ", never came back"
                        : "";
        return String.format(
                Locale.ROOT,
                "(%.1f %%%s)",
                summary.of(scenario, server, Figure.SUCCESS).median(),
                recovery);
    }

    /** Ours against the best peer on the JVM and against C. */
    private void compare(String scenario, List<String> measured, Figure figure, List<String> sentences) {
        Comparator<String> best = Comparator.comparingDouble(server -> figure.better() == Figure.Better.MORE
                ? -median(scenario, server, figure)
                : median(scenario, server, figure));
        List<String> ranked = measured.stream()
                .filter(server -> !Double.isNaN(median(scenario, server, figure)) && served(scenario, server))
                .sorted(best)
                .toList();
        if (ranked.size() < 2 || ranked.stream().noneMatch(Servers::isOurs)) {
            return;
        }
        long ahead =
                ranked.stream().takeWhile(server -> !Servers.isOurs(server)).count();
        int shown = (int) Math.min(ranked.size(), Math.max(MOST_SHOWN, ahead + 1));
        String order = ranked.stream()
                .limit(shown)
                .map(server -> String.format(
                        Locale.ROOT, "%s %,." + figure.decimals() + "f", server, median(scenario, server, figure)))
                .collect(Collectors.joining(", "));
        String more = shown < ranked.size() ? String.format(Locale.ROOT, ", and %d more", ranked.size() - shown) : "";
        String standing =
                ahead == 0 ? "ours is the best" : "ahead of ours: " + String.join(", ", ranked.subList(0, (int) ahead));
        sentences.add(String.format(
                Locale.ROOT,
                "%s, %s, best first: %s%s; %s.",
                capital(figure.label()),
                figure.unit(),
                order,
                more,
                standing));
    }

    private double median(String scenario, String server, Figure figure) {
        return summary.of(scenario, server, figure).median();
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private void missing(String scenario, List<String> sentences) {
        List<String> without = summary.servers().stream()
                .filter(server -> summary.validRounds(scenario, server) == 0)
                .toList();
        if (!without.isEmpty()) {
            sentences.add("No valid round: " + String.join(", ", without) + ".");
        }
    }
}
