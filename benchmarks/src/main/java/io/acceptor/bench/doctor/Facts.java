package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Observation.SinceStart;
import io.acceptor.queue.AcceptQueueInspection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
        AcceptQueueInspection inspection = seen.last().inspection();
        List<String> lines = new ArrayList<>();
        lines.add(line("queue", bar() + number(depth()) + " of " + number(limit()) + full(inspection.fullFor())));
        lines.add(line("ghosts", ghosts(inspection) + "   reset by their client; netstat does not show them"));
        lines.add(line("visible", number(seen.last().visibleCount()) + "   alive or half-closed; netstat shows these"));
        lines.add(line("oldest", oldest()));
        lines.add(line("taken", taken(seen.flow())));
        lines.add(line("handshakes", number(inspection.synRecv()) + " under way (SYN_RECV)"));
        lines.add(line("turned away", turnedAway(seen.sinceStart())));
        return lines;
    }

    /** One of several listeners. */
    static String of(SharedListener each, boolean stalled) {
        String depth = number(each.depth()) + " of " + number(each.limit()) + (each.full() ? ", FULL" : "");
        if (stalled) {
            return depth + "; nothing taken for " + seconds(each.idleSeconds());
        }
        return depth + (each.taken() > 0 ? "; connections are taken" : each.depth() == 0 ? "; nobody waits" : "");
    }

    /** Ghosts are x, the visible #. */
    private String bar() {
        if (Double.isNaN(depth()) || Double.isNaN(limit())) {
            return "";
        }
        int marks = marks(depth());
        double sureGhosts = seen.last().inspection().ghostsAtLeast();
        int ghosts = Double.isNaN(sureGhosts) ? 0 : Math.min(marks, marks(sureGhosts));
        return "[" + "x".repeat(ghosts) + "#".repeat(marks - ghosts) + ".".repeat(BAR - marks) + "] ";
    }

    /** The bar is full when the queue is, which holds one more than its limit. */
    private int marks(double connections) {
        return (int) Math.min(BAR, Math.ceil(BAR * connections / (limit() + 1)));
    }

    private static String full(@Nullable Duration time) {
        return time == null ? "" : ", FULL for " + seconds(time.toMillis() / 1e3);
    }

    private double depth() {
        return seen.reading().depth();
    }

    private double limit() {
        return seen.reading().limit();
    }

    static String ghosts(AcceptQueueInspection inspection) {
        return inspection.ghostsAtLeast() < inspection.ghostsAtMost()
                ? number(inspection.ghostsAtLeast()) + " to " + number(inspection.ghostsAtMost())
                : number(inspection.ghostsAtLeast());
    }

    private String oldest() {
        if (depth() == 0) {
            return "-";
        }
        double millis = seen.last().oldestMillis();
        if (!Double.isNaN(millis)) {
            return "has waited " + seconds(millis / 1_000);
        }
        boolean ghostsOnly = seen.last().inspection().visible().isEmpty();
        return UNKNOWN + (ghostsOnly ? " (a ghost shows no age)" : " (/proc tells no ages)");
    }

    private static String taken(Flow flow) {
        String rate;
        if (!Double.isNaN(flow.perSecond())) {
            rate = rate(flow.perSecond()) + " a second";
        } else if (Double.isNaN(flow.seconds())) {
            rate = UNKNOWN;
        } else if (Double.isNaN(flow.taken().most())) {
            rate = UNKNOWN + "; at least " + rate(flow.taken().least() / flow.seconds()) + " a second";
        } else {
            rate = rate(flow.taken().least() / flow.seconds()) + " to "
                    + rate(flow.taken().most() / flow.seconds()) + " a second";
        }
        return flow.idleSeconds() > 0 ? rate + "; nothing seen taken for " + seconds(flow.idleSeconds()) : rate;
    }

    private static String turnedAway(SinceStart since) {
        return number(since.turnedAway().overflows()) + " overflows, "
                + number(since.turnedAway().drops()) + " drops in " + seconds(since.seconds())
                + " (whole network namespace)";
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
