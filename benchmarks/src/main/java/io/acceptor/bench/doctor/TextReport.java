package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Verdict.Answer;
import io.acceptor.bench.doctor.Verdict.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** The diagnosis for people, {@link Facts#WIDTH} columns wide: first the verdict, then what was seen, then what to do. */
final class TextReport {
    private static final String INDENT = "  ";
    private static final String GAP = " ... ";
    private static final int HEAD = 26;

    private final Patient patient;
    private final Observation seen;
    private final Ansi ansi;
    private final List<String> lines = new ArrayList<>();

    private TextReport(Patient patient, Observation seen, Ansi ansi) {
        this.patient = patient;
        this.seen = seen;
        this.ansi = ansi;
    }

    /**
     * The report.
     *
     * @param stack where the accepting thread is; empty if nobody asked
     */
    static List<String> lines(Patient patient, Observation seen, Verdict verdict, List<String> stack, Ansi ansi) {
        TextReport report = new TextReport(patient, seen, ansi);
        report.sayWho();
        report.say(verdict);
        report.show(stack);
        if (patient.queue().isPresent()) {
            report.lines.add("");
            report.lines.addAll(new Facts(seen).lines());
        }
        verdict.answers().forEach(report::answer);
        report.advise(verdict.advice());
        return report.lines;
    }

    private void sayWho() {
        lines.add(paint("bold", patient.name()));
        if (seen.sharers().isEmpty()) {
            patient.owners().values().forEach(owner -> lines.add(shortened(INDENT + owner.text())));
        } else {
            lines.add(INDENT + seen.sharers().size() + " listeners share it (SO_REUSEPORT):");
            seen.sharers().forEach(this::sayWho);
        }
        lines.add("");
    }

    private void sayWho(SharedListener each) {
        Owner owner = patient.owners().get(each.inode());
        lines.add(shortened(INDENT + "- " + (owner == null ? "of an unknown process" : owner.text())));
        lines.add(INDENT + "  " + Facts.of(each, seen.stalledListeners().contains(each)));
    }

    private void say(Verdict verdict) {
        lines.add(INDENT + paint(colour(verdict.finding()), verdict.words().toUpperCase(Locale.ROOT)));
        wrap(INDENT, verdict.meaning());
    }

    private void show(List<String> stack) {
        if (!stack.isEmpty()) {
            lines.add("");
            lines.add(INDENT + paint("bold", "Where the accepting thread is"));
            stack.forEach(line -> {
                if (line.startsWith(INDENT)) {
                    lines.add(shortened(INDENT + line));
                } else {
                    wrap(INDENT, line);
                }
            });
        }
    }

    private void answer(Answer answer) {
        lines.add("");
        lines.add(INDENT + paint("bold", answer.question()));
        wrap(INDENT, answer.text());
    }

    private void advise(List<String> advice) {
        if (advice.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(INDENT + paint("bold", "What to do"));
        for (int i = 0; i < advice.size(); i++) {
            wrap(INDENT + (i + 1) + ". ", advice.get(i));
        }
    }

    /** The first line begins so, the others as far to the right. */
    private void wrap(String first, String text) {
        StringBuilder line = new StringBuilder(first);
        boolean fresh = true;
        for (String word : withPid(text).strip().split("\\s+", -1)) {
            if (!fresh && line.length() + 1 + word.length() > Facts.WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(first.length()));
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
            fresh = false;
        }
        lines.add(line.toString());
    }

    private String withPid(String text) {
        long[] pids = Owner.pids(patient.ownersInTrouble(seen));
        return pids.length == 1 ? text.replace("PID", Long.toString(pids[0])) : text;
    }

    /** Keeps the ends: what a Java program is comes after its class path. */
    static String shortened(String line) {
        return line.length() <= Facts.WIDTH
                ? line
                : line.substring(0, HEAD) + GAP + line.substring(line.length() - (Facts.WIDTH - HEAD - GAP.length()));
    }

    private static String colour(Finding finding) {
        return switch (finding) {
            case HEALTHY, NOTHING_SEEN -> "bold,green";
            case SICK -> "bold,red";
            case UNKNOWN -> "bold,yellow";
        };
    }

    private String paint(String style, String text) {
        return ansi.string("@|" + style + " " + text + "|@");
    }
}
