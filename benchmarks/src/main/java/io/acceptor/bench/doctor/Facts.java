package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Content;
import io.acceptor.bench.doctor.Look.Range;
import io.acceptor.bench.doctor.Observation.SinceStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was seen, as lines of a label and a text. ASCII, at most {@link #WIDTH} columns. */
final class Facts {
    static final int WIDTH = 78;

    private static final String LINE = "  %-12s%s";
    private static final int BAR = 40;
    private static final String UNKNOWN = "unknown";

    private final Observation seen;

    Facts(Observation seen) {
        this.seen = seen;
    }

    List<String> lines() {
        Content content = seen.last().content();
        List<String> lines = new ArrayList<>();
        lines.add(line(
                "queue",
                bar() + " " + number(seen.last().depth()) + " of "
                        + number(seen.reading().limit()) + full()));
        lines.add(line("ghosts", range(content.ghosts()) + "   (reset by their client; netstat does not show them)"));
        lines.add(line("visible", content.visible().size() + "   (alive or half-closed)"));
        lines.add(line(
                "oldest",
                Double.isNaN(content.oldestMillis())
                        ? noAge()
                        : "has waited " + seconds(content.oldestMillis() / 1e3)));
        lines.add(line("taken", taken(seen.flow())));
        lines.add(line("handshakes", number(content.synRecv()) + " under way (SYN_RECV)"));
        lines.add(line("turned away", turnedAway(seen.sinceStart())));
        return lines;
    }

    private String bar() {
        double depth = seen.last().depth();
        double limit = seen.reading().limit();
        if (Double.isNaN(depth) || Double.isNaN(limit)) {
            return "";
        }
        int marks = (int) Math.min(BAR, Math.ceil(BAR * depth / (limit + 1)));
        double ghostShare = depth == 0 ? 0 : seen.last().content().ghosts().least() / depth;
        int ghosts = Double.isNaN(ghostShare) ? 0 : (int) Math.round(marks * ghostShare);
        return "[" + "x".repeat(ghosts) + "#".repeat(marks - ghosts) + ".".repeat(BAR - marks) + "]";
    }

    private String full() {
        return seen.reading().full() ? ", FULL" : "";
    }

    private String noAge() {
        return seen.last().depth() > 0 ? "unknown (ghosts show no age)" : "-";
    }

    private static String taken(Flow flow) {
        String rate;
        if (!Double.isNaN(flow.perSecond())) {
            rate = rate(flow.perSecond()) + " a second";
        } else if (Double.isNaN(flow.taken().most())) {
            rate = UNKNOWN + "; at least " + rate(flow.taken().least() / flow.seconds()) + " a second";
        } else {
            rate = "from " + rate(flow.taken().least() / flow.seconds()) + " to "
                    + rate(flow.taken().most() / flow.seconds()) + " a second";
        }
        return flow.idleSeconds() > 0 ? rate + "; nothing seen taken for " + seconds(flow.idleSeconds()) : rate;
    }

    private static String turnedAway(SinceStart since) {
        return number(since.turnedAway().overflows()) + " overflows, "
                + number(since.turnedAway().drops()) + " drops in " + seconds(since.seconds())
                + " (whole network namespace)";
    }

    static String range(Range range) {
        return range.exact() || Double.isNaN(range.least())
                ? number(range.least())
                : number(range.least()) + " to " + number(range.most());
    }

    private static String rate(double perSecond) {
        return format(perSecond < 10 && perSecond > 0 ? "%.1f" : "%,.0f", perSecond);
    }

    private static String seconds(double seconds) {
        return format("%.1f s", seconds);
    }

    static String number(double number) {
        return Double.isNaN(number) ? UNKNOWN : format("%,.0f", number);
    }

    private static String line(String label, String text) {
        return format(LINE, label, text).stripTrailing();
    }

    private static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }
}
