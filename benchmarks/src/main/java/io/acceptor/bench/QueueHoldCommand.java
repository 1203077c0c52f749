package io.acceptor.bench;

import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code queue-cost} runs beside the queue: holds connections, says when they are open, ends when its input does. */
@Command(name = "queue-hold", hidden = true)
final class QueueHoldCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--connections", required = true, description = "How many.")
    private int connections;

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
