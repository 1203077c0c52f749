package io.acceptor.bench.cost;

import io.acceptor.bench.measure.CommandLines;
import io.acceptor.bench.measure.Spread;
import io.acceptor.queue.AcceptQueue;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What {@code queue-cost} runs in JVMs of their own: reads one queue many times and prints the source and the medians, in
 * microseconds, of a reading and of an inspection.
 */
@Command(name = "queue-read", hidden = true)
public final class QueueReadCommand implements Callable<Integer> {
    private static final double NANOS_A_MICRO = 1e3;

    /** Slow sources are read less often: nobody waits for more than some seconds of each. */
    private static final long MOST_NANOS = 5_000_000_000L;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--port", required = true, description = "The port listened on.")
    private int port;

    @Option(names = "--times", required = true, description = "How often to read.")
    private int times;

    /**
     * Runs this command alone, in a process of its own.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(CommandLines.of(new QueueReadCommand()).execute(args));
    }

    @Override
    public Integer call() {
        AcceptQueue queue = AcceptQueue.at(port).stream()
                .findFirst()
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "nobody listens on port " + port));
        median(queue::reading);
        double reading = median(queue::reading);
        median(queue::inspection);
        double inspection = median(queue::inspection);
        spec.commandLine().getOut().printf(Locale.ROOT, "%s %.1f %.1f%n", queue.source(), reading, inspection);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private double median(Runnable action) {
        double[] micros = new double[times];
        long start = System.nanoTime();
        int done = 0;
        for (long before = start; done < times && before - start < MOST_NANOS; done++) {
            action.run();
            long after = System.nanoTime();
            micros[done] = (after - before) / NANOS_A_MICRO;
            before = after;
        }
        return Spread.of(Arrays.copyOf(micros, done)).median();
    }
}
