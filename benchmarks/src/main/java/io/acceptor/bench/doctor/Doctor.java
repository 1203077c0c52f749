package io.acceptor.bench.doctor;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.acceptor.bench.doctor.ListenersTable.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code doctor}: examines listening ports of this machine from outside, whoever owns them. */
@Command(
        name = "doctor",
        description = {
            "Examines the accept queue of a listening port of this machine, or of all of them: does the program take its"
                    + " connections? Needs no root, and does not touch the program. Looks for 3 seconds.",
            "Exit code: 0 nothing wrong is seen, 1 sick, 2 cannot tell or wrong usage; with --all that of the worst."
        },
        mixinStandardHelpOptions = true)
public final class Doctor implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_SECONDS = 86_400;
    private static final int DEFAULT_SECONDS = 3;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "PORT", description = "The port, 1 to 65535.")
    private @Nullable Integer port;

    @Option(names = "--all", description = "Every listener of this network namespace in a table, the worst first.")
    private boolean all;

    @Option(
            names = "--host",
            paramLabel = "ADDR",
            description =
                    "The local address, where several programs listen at the port. A listener on all addresses fits too.")
    private @Nullable String host;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description =
                    "In the network namespace of that process, say of a container. Needs root and nsenter. Without a"
                            + " PORT: all listeners there.")
    private @Nullable Long pid;

    @Option(
            names = "--watch",
            paramLabel = "SECONDS",
            description = "Watch for so long, live, and then say what is wrong.")
    private @Nullable Integer watch;

    @Option(
            names = "--stack",
            description =
                    "Where the accepting thread is, if the owner is a JVM of the same user: by jcmd PID Thread.print.")
    private boolean stack;

    @Option(names = "--json", description = "Say it as one JSON object, of all an array; what is unknown is null.")
    private boolean json;

    /** Nothing chosen yet; picocli fills it in. */
    public Doctor() {}

    @Override
    public Integer call() throws InterruptedException {
        check();
        try {
            if (pid != null && !new NetworkNamespace(pid).isOurs()) {
                return new NetworkNamespace(pid).run(spec.root().userObject().getClass(), argumentsThere());
            }
            return port == null ? examineAll() : examine(Patient.find(port, host));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void check() {
        all |= port == null && pid != null;
        if (all == (port != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    all ? "give PORT or --all, not both: PORT was " + port : "PORT or --all is missing");
        }
        if (all && (host != null || stack)) {
            throw new ParameterException(
                    spec.commandLine(),
                    (stack ? "--stack" : "--host " + host) + " needs a PORT; without one all are examined");
        }
        if (port != null) {
            check("PORT", MAX_PORT, port);
        }
        check("--watch", MAX_SECONDS, seconds());
    }

    /** The command line without the pid, for the network namespace of that process. */
    private List<String> argumentsThere() {
        List<String> arguments = new ArrayList<>(List.of(spec.name()));
        if (watch != null) {
            arguments.add("--watch=" + watch);
        }
        arguments.add(port == null ? "--all" : port.toString());
        if (host != null) {
            arguments.add("--host=" + host);
        }
        if (stack) {
            arguments.add("--stack");
        }
        if (json) {
            arguments.add("--json");
        }
        return arguments;
    }

    private int examine(Patient patient) throws InterruptedException {
        Observation seen = observe(patient);
        Verdict verdict = Diagnosis.of(seen);
        List<String> threads = threads(patient, seen);
        if (json) {
            JsonObject report = JsonReport.of(patient, seen, verdict);
            if (stack) {
                JsonArray lines = new JsonArray();
                threads.forEach(lines::add);
                report.add("stack", lines);
            }
            print(List.of(JsonReport.text(report)));
        } else {
            Ansi ansi =
                    LiveView.onTerminal() ? spec.commandLine().getColorScheme().ansi() : Ansi.OFF;
            print(TextReport.lines(patient, seen, verdict, threads, ansi));
        }
        return verdict.finding().exitCode();
    }

    private int examineAll() throws InterruptedException {
        List<Patient> patients;
        try {
            patients = Patient.all();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--all: cannot read the listeners of this machine: " + e.getMessage(), e);
        }
        List<Observation> seen = Examination.ofAll(patients, Duration.ofSeconds(seconds()));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < patients.size(); i++) {
            rows.add(new Row(patients.get(i), seen.get(i), Diagnosis.of(seen.get(i))));
        }
        rows = ListenersTable.sorted(rows);
        if (json) {
            JsonArray array = new JsonArray();
            rows.forEach(row -> array.add(JsonReport.of(row.patient(), row.seen(), row.verdict())));
            print(List.of(JsonReport.text(array)));
        } else {
            print(rows.isEmpty() ? List.of("nothing listens in this network namespace") : ListenersTable.lines(rows));
        }
        return ListenersTable.worst(rows).exitCode();
    }

    /** Of whoever is in trouble; nothing if nobody asked. */
    private List<String> threads(Patient patient, Observation seen) throws InterruptedException {
        if (!stack) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        for (long owner : Owner.pids(patient.ownersInTrouble(seen))) {
            lines.addAll(new AcceptingThread(owner)
                    .lines(seen.stalled() || !seen.stalledListeners().isEmpty()));
        }
        return lines.isEmpty() ? List.of("No stack: the process is not known, or not permitted to be seen.") : lines;
    }

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }

    private Observation observe(Patient patient) throws InterruptedException {
        Duration time = Duration.ofSeconds(seconds());
        if (json || watch == null) {
            return Examination.of(patient, time, soFar -> {});
        }
        LiveView view = new LiveView(spec.commandLine().getOut(), LiveView.onTerminal());
        try {
            return Examination.of(patient, time, soFar -> view.show(patient, soFar));
        } finally {
            view.end();
        }
    }

    private int seconds() {
        return watch == null ? DEFAULT_SECONDS : watch;
    }

    private void check(String what, int most, int value) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), what + " must be from 1 to " + most + ", was " + value);
        }
    }
}
