package io.acceptor.examples;

import io.acceptor.examples.haproxy.Haproxy;
import io.acceptor.examples.incident.Incident;
import io.acceptor.examples.mysql.Mysql;
import io.acceptor.examples.netty.Netty;
import io.acceptor.examples.observability.Observability;
import io.acceptor.examples.quickstart.Quickstart;
import io.acceptor.examples.rmi.Rmi;
import io.acceptor.examples.smtp.Smtp;
import io.acceptor.examples.virtualthreads.VirtualThreads;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code acceptor-examples NAME}: runs one example; without a name it lists them.
 *
 * <p>An example that serves prints {@code READY HOST:PORT} on a line of its own when it listens, and runs until it is
 * terminated (Ctrl-C, SIGTERM). Exit codes: 0 done, 1 it failed (one line says why), 2 the command line is wrong; an example
 * may have more to say by them.
 */
@Command(
        name = "acceptor-examples",
        description = "Small servers that show Acceptor at work.",
        mixinStandardHelpOptions = true,
        subcommands = {
            Quickstart.class,
            Mysql.class,
            Smtp.class,
            Rmi.class,
            Netty.class,
            Haproxy.class,
            VirtualThreads.class,
            Observability.class,
            Incident.class
        })
public final class Examples implements Runnable {
    /** The commands to try fit on a line. */
    private static final int USAGE_WIDTH = 120;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Examples() {}

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
        int code = new CommandLine(new Examples())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(USAGE_WIDTH)
                .setParameterExceptionHandler((mistake, all) -> explain(mistake, mistake.getCommandLine()))
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    explain(problem, command);
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args);
        if (System.out.checkError() && code == CommandLine.ExitCode.OK) { // also flushes
            System.err.println("acceptor-examples: cannot write to standard output");
            return CommandLine.ExitCode.SOFTWARE;
        }
        return code;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int explain(Exception problem, CommandLine command) {
        String message = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
        return CommandLine.ExitCode.USAGE;
    }
}
