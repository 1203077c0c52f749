package io.acceptor.bench;

import io.acceptor.bench.compare.CompareCommand;
import io.acceptor.bench.cost.ProbeCostCommand;
import io.acceptor.bench.cost.QueueCostCommand;
import io.acceptor.bench.cost.QueueHoldCommand;
import io.acceptor.bench.cost.QueueReadCommand;
import io.acceptor.bench.doctor.Doctor;
import io.acceptor.bench.flood.FloodCommand;
import io.acceptor.bench.measure.CommandLines;
import io.acceptor.bench.serve.ServeCommand;
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
        System.exit(run(args));
    }

    /** Runs it and gives the exit code, which is not 0 if something could not be printed. */
    static int run(String... args) {
        CommandLine commandLine = commandLine();
        int code = commandLine.execute(args);
        if (System.out.checkError() && code == ExitCode.OK) { // also flushes
            System.err.println("acceptor-bench: cannot write to standard output");
            return ExitCode.SOFTWARE;
        }
        return code;
    }

    public static CommandLine commandLine() {
        return CommandLines.of(new AcceptorBench());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing; --help lists them");
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
