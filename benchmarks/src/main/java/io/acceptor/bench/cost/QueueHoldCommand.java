package io.acceptor.bench.cost;

import io.acceptor.bench.measure.CommandLines;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code queue-cost} runs beside the queue: holds connections, says when they are open, ends when its input does. */
@Command(name = "queue-hold", hidden = true)
public final class QueueHoldCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--connections", required = true, description = "How many.")
    private int connections;

    /**
     * Runs this command alone, in a process of its own.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(CommandLines.of(new QueueHoldCommand()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        OpenConnections held = OpenConnections.open(connections);
        spec.commandLine().getOut().println("open");
        spec.commandLine().getOut().flush();
        System.in.transferTo(OutputStream.nullOutputStream());
        held.close();
        return 0;
    }
}
