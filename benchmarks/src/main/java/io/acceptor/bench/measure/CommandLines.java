package io.acceptor.bench.measure;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** Makes command lines that say in one line what is wrong: exit code 1 if it could not be done, 2 if the command line is wrong. */
public final class CommandLines {
    private CommandLines() {}

    /**
     * Of a command and its subcommands.
     *
     * @param command annotated for picocli
     * @return ready to execute
     */
    public static CommandLine of(Object command) {
        return new CommandLine(command)
                .setParameterExceptionHandler(CommandLines::explainMistake)
                .setExecutionExceptionHandler((problem, failed, parsed) -> explainFailure(problem, failed));
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
}
