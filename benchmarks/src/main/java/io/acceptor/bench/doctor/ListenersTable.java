package io.acceptor.bench.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Every listening address as a line, the worst first: what {@code ss -lnt} would be if it had a verdict. */
final class ListenersTable {
    private static final int LEFT_COLUMNS = 1;
    private static final String GAP = "  ";

    /** Of one address. */
    record Row(Patient patient, Observation seen, Verdict verdict) {}

    private static final Comparator<Row> WORST_FIRST = Comparator.<Row, Verdict.Finding>comparing(
                    row -> row.verdict().finding())
            .thenComparing(row -> row.seen().reading().depth(), Comparator.reverseOrder())
            .thenComparing(row -> row.patient().port());

    private ListenersTable() {}

    static List<Row> sorted(List<Row> rows) {
        return rows.stream().sorted(WORST_FIRST).toList();
    }

    /** The lines, with a heading. */
    static List<String> lines(List<Row> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("VERDICT", "RECV-Q", "SEND-Q", "GHOSTS", "OLDEST", "LOCAL ADDRESS", "PROCESS"));
        rows.forEach(row -> cells.add(cells(row)));
        int columns = cells.get(0).size();
        int[] widths = new int[columns];
        for (List<String> line : cells) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return cells.stream().map(line -> line(line, widths)).toList();
    }

    private static List<String> cells(Row row) {
        Observation seen = row.seen();
        return List.of(
                row.verdict().words(),
                Facts.number(seen.reading().depth()),
                Facts.number(seen.reading().limit()),
                Facts.ghosts(seen.last().inspection()),
                oldest(seen.last()),
                row.patient().name(),
                process(row));
    }

    private static String oldest(Look look) {
        double millis = look.oldestMillis();
        return Double.isNaN(millis) ? "-" : String.format(Locale.ROOT, "%.1f s", millis / 1_000);
    }

    /** The one in trouble, or the first, and how many more have a listener there. */
    private static String process(Row row) {
        List<Owner> owners = List.copyOf(row.patient().ownersInTrouble(row.seen()));
        if (owners.isEmpty()) {
            return "-";
        }
        Owner first = owners.get(0);
        String who =
                first.pid().isPresent() ? first.pid().getAsLong() + " " + first.program() : "of user " + first.uid();
        int sharers = row.seen().sharers().size();
        if (owners.size() < sharers) {
            return who + " (" + owners.size() + " of " + sharers + " listeners)";
        }
        return sharers > 1 ? who + " (" + sharers + " listeners)" : who;
    }

    /** Numbers to the right. */
    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String space = " ".repeat(widths[i] - cells.get(i).length());
            boolean number = i >= LEFT_COLUMNS && i < widths.length - 2;
            line.append(i == 0 ? "" : GAP)
                    .append(number ? space : "")
                    .append(cells.get(i))
                    .append(number ? "" : space);
        }
        return line.toString().stripTrailing();
    }

    /** The worst of the verdicts; of none, that nothing is wrong. */
    static Verdict.Finding worst(List<Row> rows) {
        return rows.stream()
                .map(row -> row.verdict().finding())
                .min(Comparator.naturalOrder())
                .orElse(Verdict.Finding.NOTHING_SEEN);
    }
}
