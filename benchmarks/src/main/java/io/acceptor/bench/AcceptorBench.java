package io.acceptor.bench;

import io.acceptor.bench.doctor.Doctor;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code acceptor-bench}.
 *
 * <p>Exit codes: 0 done, 1 it could not be done (one line says why), 2 the command line is wrong (one line says where).
 */
@Command(
        name = "acceptor-bench",
        description = "Measures how servers take a storm of health-check probes, on loopback.",
        mixinStandardHelpOptions = true,
        versionProvider = AcceptorBench.Version.class,
        subcommands = {
            ServeCommand.class,
            FloodCommand.class,
            CompareCommand.class,
            ProbeCostCommand.class,
            QueueCostCommand.class,
            QueueHoldCommand.class,
            QueueReadCommand.class,
            Doctor.class
        })
public final class AcceptorBench implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    AcceptorBench() {}

    /**
     * Runs it and ends the process.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new AcceptorBench())
                .setParameterExceptionHandler(AcceptorBench::explainMistake)
                .setExecutionExceptionHandler((problem, command, parsed) -> explainFailure(problem, command));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing; --help lists them");
    }

    private static int explainMistake(ParameterException mistake, String[] args) {
        say(mistake.getCommandLine(), mistake);
        return ExitCode.USAGE;
    }

    private static int explainFailure(Exception problem, CommandLine command) {
        say(command, problem);
        return ExitCode.SOFTWARE;
    }

    private static void say(CommandLine command, Exception problem) {
        String message = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": "
                + message.replaceAll("\\R\\s*", " ").replaceFirst("^Error: ", ""));
        err.flush();
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = AcceptorBench.class.getPackage().getImplementationVersion();
            return new String[] {"acceptor-bench " + (version == null ? "(not from its jar)" : version)};
        }
    }
}
