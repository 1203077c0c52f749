package io.acceptor.bench.cost;

import io.acceptor.bench.measure.Limits;
import io.acceptor.bench.measure.Machine;
import io.acceptor.bench.measure.Spread;
import io.acceptor.bench.measure.TextTable;
import io.acceptor.bench.serve.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code queue-cost}: what it costs to look at an accept queue, by each source, beside more and more open connections. */
@Command(
        name = "queue-cost",
        description = {
            "Measures what one reading and one inspection of an accept queue take, by each source, and what one run of ss"
                    + " takes, while other connections are open in the network namespace.",
            "The queue holds two clients and three connections reset by their client. The other sockets are the two ends of"
                    + " connections that other processes hold."
        },
        mixinStandardHelpOptions = true)
public final class QueueCostCommand implements Callable<Integer> {
    private static final int MAX_SOCKETS = 200_000;
    private static final int MAX_TIMES = 100_000;
    private static final int MOST_IN_ONE = 8000;
    private static final int SS_RUNS = 20;
    private static final int BACKLOG = 128;
    private static final double NANOS_A_MICRO = 1e3;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--sockets",
            split = ",",
            paramLabel = "N",
            description = "How many other sockets are open, one after the other. Default: 0,10000,100000.")
    private List<Integer> sockets = List.of(0, 10_000, 100_000);

    @Option(
            names = "--times",
            paramLabel = "N",
            description = "Readings and inspections each, of which the median is told. Default: ${DEFAULT-VALUE}.")
    private int times = 1000;

    @Override
    public Integer call() throws Exception {
        Limits limits = new Limits(spec);
        sockets.forEach(count -> limits.between("--sockets", 0, MAX_SOCKETS, count));
        limits.between("--times", 1, MAX_TIMES, times);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.describe());
        TextTable table = new TextTable(List.of("source", "other sockets", "reading us", "inspection us"));
        for (int count : sockets) {
            List<ChildProcess> others = open(count / 2);
            try {
                measure(count, table);
            } finally {
                others.forEach(ChildProcess::close);
            }
        }
        out.print(table);
        out.flush();
        return 0;
    }

    /** In processes of their own, so that none needs very many descriptors. */
    private static List<ChildProcess> open(int connections) throws IOException {
        List<ChildProcess> holders = new ArrayList<>();
        try {
            for (int left = connections; left > 0; left -= MOST_IN_ONE) {
                int count = Math.min(left, MOST_IN_ONE);
                holders.add(ChildProcess.start(
                        QueueHoldCommand.class, List.of("-Xmx64m"), List.of("--connections=" + count)));
            }
            for (ChildProcess holder : holders) {
                holder.nextLine(LIMIT);
            }
            return holders;
        } catch (IOException e) {
            holders.forEach(ChildProcess::close);
            throw e;
        }
    }

    private void measure(int count, TextTable table) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(loopback, 0), BACKLOG);
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            try (Socket first = new Socket(loopback, port);
                    Socket second = new Socket(loopback, port)) {
                for (int ghosts = 0; ghosts < 3; ghosts++) {
                    try (Socket ghost = new Socket(loopback, port)) {
                        ghost.setSoLinger(true, 0);
                    }
                }
                table.add(row("-Dio.acceptor.queue.source=sock_diag", port, count));
                table.add(row("-Dio.acceptor.queue.source=proc", port, count));
                table.add(List.of("ss -lntH sport = :PORT", Integer.toString(count), ss(port), ""));
                checkOpen(first, second);
            }
        }
    }

    private static void checkOpen(Socket... clients) throws IOException {
        for (Socket client : clients) {
            if (client.isClosed()) {
                throw new IOException("a queued client went away");
            }
        }
    }

    private List<String> row(String option, int port, int count) throws IOException {
        List<String> arguments = List.of("--port=" + port, "--times=" + times);
        try (ChildProcess reader = ChildProcess.start(QueueReadCommand.class, List.of(option), arguments)) {
            String[] words = reader.nextLine(LIMIT).split(" ", -1);
            return List.of(words[0], Integer.toString(count), words[1], words[2]);
        }
    }

    private static String ss(int port) throws IOException, InterruptedException {
        double[] micros = new double[SS_RUNS];
        for (int i = 0; i < SS_RUNS; i++) {
            long start = System.nanoTime();
            new ProcessBuilder("ss", "-lntH", "sport = :" + port)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start()
                    .waitFor();
            micros[i] = (System.nanoTime() - start) / NANOS_A_MICRO;
        }
        return String.format(Locale.ROOT, "%.1f", Spread.of(micros).median());
    }
}
