package io.acceptor.examples.incident;

import io.acceptor.bench.doctor.Doctor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * What the doctor, who knows nothing of the replay, says of a port.
 *
 * @param text its report
 * @param exitCode 0 healthy, 1 sick, 2 cannot tell
 */
record Consultation(String text, int exitCode) {
    /** The verdict that the story calls for, as the report shows it. */
    private static final String OUTAGE = "STALLED WITH GHOSTS";

    private static final int SICK = 1;

    /** Takes the few seconds that the doctor looks. */
    static Consultation about(int port) {
        StringWriter text = new StringWriter();
        int exitCode = new CommandLine(new Doctor())
                .setOut(new PrintWriter(text))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .execute(Integer.toString(port));
        return new Consultation(text.toString(), exitCode);
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** It found, from outside, what the replay knows from inside. */
    boolean foundTheOutage() {
        return exitCode == SICK
                && lines().stream().anyMatch(line -> line.strip().equals(OUTAGE));
    }
}
