package io.acceptor.bench.doctor;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code doctor}: examines a listening port of this machine from outside, whoever owns it. */
@Command(
        name = "doctor",
        description = {
            "Examines the accept queue of a listening port of this machine: does the program take its connections? Needs no"
                    + " root, and does not touch the program. Looks for 3 seconds.",
            "Exit code: 0 healthy, 1 sick, 2 cannot tell or wrong usage."
        },
        mixinStandardHelpOptions = true)
public final class Doctor implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_SECONDS = 86_400;
    private static final int DEFAULT_SECONDS = 3;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PORT", description = "The port, 1 to 65535.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDR",
            description =
                    "The local address, where several programs listen at the port. A listener on all addresses fits too.")
    private @Nullable String host;

    @Option(
            names = "--watch",
            paramLabel = "SECONDS",
            description = "Watch for so long, live, and then say what is wrong.")
    private @Nullable Integer watch;

    @Option(names = "--json", description = "Say it as one JSON object; what is unknown is null.")
    private boolean json;

    /** Nothing chosen yet; picocli fills it in. */
    public Doctor() {}

    @Override
    public Integer call() throws InterruptedException {
        check("PORT", MAX_PORT, port);
        check("--watch", MAX_SECONDS, seconds());
        Patient patient = patient();
        Observation seen = observe(patient);
        Verdict verdict = Diagnosis.of(seen);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonReport.text(patient, seen, verdict));
        } else {
            Ansi ansi =
                    LiveView.onTerminal() ? spec.commandLine().getColorScheme().ansi() : Ansi.OFF;
            TextReport.lines(patient, seen, verdict, ansi).forEach(out::println);
        }
        out.flush();
        return verdict.finding().exitCode();
    }

    private Observation observe(Patient patient) throws InterruptedException {
        Duration time = Duration.ofSeconds(seconds());
        if (json || watch == null) {
            return new Examination(patient, soFar -> {}).observe(time);
        }
        LiveView view = new LiveView(spec.commandLine().getOut(), LiveView.onTerminal());
        try {
            return new Examination(patient, soFar -> view.show(patient, soFar)).observe(time);
        } finally {
            view.end();
        }
    }

    private int seconds() {
        return watch == null ? DEFAULT_SECONDS : watch;
    }

    private Patient patient() {
        try {
            return Patient.find(port, host);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void check(String what, int most, int value) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), what + " must be from 1 to " + most + ", was " + value);
        }
    }
}
