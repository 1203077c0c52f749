package io.acceptor.bench.doctor;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Shows what is seen while it is being watched: on a terminal a picture that is drawn anew in place, else a line a second. */
final class LiveView {
    private static final long REDRAW_NANOS = 200_000_000;
    private static final long LINE_NANOS = 1_000_000_000;
    /** ECMA-48: cursor up, erase to the end of the line, erase what is below. */
    private static final String UP = "\u001b[%dA";

    private static final String REST_OF_LINE = "\u001b[K";
    private static final String BELOW = "\u001b[J";

    private final PrintWriter out;
    private final boolean terminal;
    private int drawn;
    private long last;

    LiveView(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether standard output is a terminal; Linux only. */
    static boolean onTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Draws, if it is time to; asks what was seen only then. */
    void show(Patient patient, Supplier<Observation> soFar) {
        long now = System.nanoTime();
        if (drawn > 0 && now - last < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
            return;
        }
        last = now;
        Observation seen = soFar.get();
        if (terminal) {
            redraw(patient, seen);
        } else {
            drawn = 1;
            out.println(line(seen));
        }
        out.flush();
    }

    /** Makes room for the report. */
    void end() {
        if (terminal && drawn > 0) {
            out.print(format(UP, drawn) + BELOW);
            out.flush();
        }
    }

    private void redraw(Patient patient, Observation seen) {
        List<String> lines = new ArrayList<>();
        lines.add(patient.name() + "   " + verdict(seen));
        lines.add("");
        lines.addAll(new Facts(seen).lines());
        if (drawn > 0) {
            out.print(format(UP, drawn));
        }
        lines.forEach(line -> out.print(line + REST_OF_LINE + "\n"));
        drawn = lines.size();
    }

    private static String line(Observation seen) {
        return format(
                "%6.1f s  depth %s of %s  ghosts %s  taken/s %s  %s",
                seen.sinceStart().seconds(),
                Facts.number(seen.last().depth()),
                Facts.number(seen.reading().limit()),
                Facts.ghosts(seen.last().inspection()),
                Facts.number(seen.flow().perSecond()),
                verdict(seen));
    }

    /** The first second is too short for one. */
    private static String verdict(Observation seen) {
        return seen.sinceStart().seconds() < 1 ? "looking" : Diagnosis.of(seen).words();
    }

    private static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }
}
