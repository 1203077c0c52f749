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
    private final Ansi ansi;
    private final List<String> lines = new ArrayList<>();

    private TextReport(Patient patient, Ansi ansi) {
        this.patient = patient;
        this.ansi = ansi;
    }

    static List<String> lines(Patient patient, Observation seen, Verdict verdict, Ansi ansi) {
        TextReport report = new TextReport(patient, ansi);
        report.sayWho();
        report.say(verdict);
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
        patient.owner().ifPresent(owner -> {
            String text = owner.pid().isPresent()
                    ? "pid " + owner.pid().getAsLong() + ": " + owner.command()
                    : "of user " + owner.uid() + "; not permitted to see which process (run as that user or root)";
            lines.add(shortened(INDENT + text));
        });
        lines.add("");
    }

    private void say(Verdict verdict) {
        lines.add(INDENT + paint(colour(verdict.finding()), verdict.words().toUpperCase(Locale.ROOT)));
        wrap(INDENT, verdict.meaning());
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
        return patient.owner().stream()
                .flatMapToLong(owner -> owner.pid().stream())
                .mapToObj(pid -> text.replace("PID", Long.toString(pid)))
                .findFirst()
                .orElse(text);
    }

    /** Keeps the ends: what a Java program is comes after its class path. */
    private static String shortened(String line) {
        return line.length() <= Facts.WIDTH
                ? line
                : line.substring(0, HEAD) + GAP + line.substring(line.length() - (Facts.WIDTH - HEAD - GAP.length()));
    }

    private static String colour(Finding finding) {
        return switch (finding) {
            case HEALTHY -> "bold,green";
            case SICK -> "bold,red";
            case UNKNOWN -> "bold,yellow";
        };
    }

    private String paint(String style, String text) {
        return ansi.string("@|" + style + " " + text + "|@");
    }
}
