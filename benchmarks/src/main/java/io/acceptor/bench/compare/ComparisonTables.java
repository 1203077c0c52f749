package io.acceptor.bench.compare;

import io.acceptor.bench.compare.ComparisonVerdict.Finding;
import io.acceptor.bench.measure.Spread;
import java.util.List;
import java.util.stream.Collectors;

/** A comparison as Markdown, for a page: for each scenario the verdict, what clients saw, and what it cost the server. */
final class ComparisonTables {
    private static final List<Figure> CLIENTS = List.of(
            Figure.SUCCESS,
            Figure.P50,
            Figure.P99,
            Figure.P999,
            Figure.MAX,
            Figure.LATENESS,
            Figure.RECOVERY,
            Figure.GREETED_PER_SECOND,
            Figure.PROBES_PER_SECOND);
    private static final List<Figure> SERVER = List.of(
            Figure.MICROS_PER_PROBE,
            Figure.MICROS_PER_GREETED,
            Figure.PEAK_QUEUE,
            Figure.PEAK_FDS,
            Figure.PEAK_THREADS,
            Figure.HEAP,
            Figure.LOG_LINES,
            Figure.OTHERS);

    private final Summary summary;

    ComparisonTables(Summary summary) {
        this.summary = summary;
    }

    /** The whole, with a heading of the third level for each scenario. */
    @Override
    public String toString() {
        return new ComparisonVerdict(summary)
                .findings().stream().map(this::section).collect(Collectors.joining("\n"));
    }

    private String section(Finding finding) {
        String question = Scenario.questionOf(finding.scenario());
        StringBuilder text = new StringBuilder("### `" + finding.scenario() + "`: " + question + "\n\n");
        finding.sentences()
                .forEach(sentence -> text.append("- ").append(sentence).append('\n'));
        text.append(table(finding.scenario(), CLIENTS)).append(table(finding.scenario(), SERVER));
        return text.toString();
    }

    private String table(String scenario, List<Figure> figures) {
        List<Figure> shown = figures.stream()
                .filter(figure -> summary.servers().stream()
                        .anyMatch(server -> !Double.isNaN(
                                summary.of(scenario, server, figure).median())))
                .toList();
        StringBuilder text = new StringBuilder("\n| server | valid rounds |");
        shown.forEach(figure -> text.append(' ').append(heading(figure)).append(" |"));
        text.append("\n| --- | --- |").append(" --- |".repeat(shown.size())).append('\n');
        for (String server : summary.servers()) {
            long valid = summary.validRounds(scenario, server);
            text.append("| ").append(server).append(" | ").append(valid + " of " + summary.rounds(scenario, server));
            shown.forEach(figure -> text.append(" | ").append(cell(scenario, server, figure)));
            text.append(" |\n");
        }
        return text.toString();
    }

    private static String heading(Figure figure) {
        return figure.label() + (figure.unit().isEmpty() ? "" : ", " + figure.unit());
    }

    private String cell(String scenario, String server, Figure figure) {
        Spread spread = summary.of(scenario, server, figure);
        if (Double.isNaN(spread.median())) {
            boolean never = figure == Figure.RECOVERY && summary.validRounds(scenario, server) > 0;
            return never ? "never" : "–";
        }
        return spread.least() == spread.most() ? spread.showMedian(figure.decimals()) : spread.show(figure.decimals());
    }
}
