package io.acceptor.bench.serve;

import io.acceptor.bench.measure.CommandLines;
import io.acceptor.bench.measure.Limits;
import io.acceptor.bench.measure.ProcessUsage;
import io.acceptor.bench.measure.QueueNumbers;
import io.acceptor.bench.peers.ServerConfig;
import io.acceptor.bench.peers.ServerUnderTest;
import io.acceptor.bench.peers.Servers;
import io.acceptor.queue.AcceptQueue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs one server under test until its standard input is closed. */
@Command(
        name = "serve",
        description = {
            "Runs one server under test. Prints \"READY HOST:PORT\" when it listens, then one line of JSON for each line"
                    + " on standard input; ends when standard input is closed.",
            "The JSON has server, accepted, outcomes, active, queueDepth, queueLimit, openFds, threads, cpuMicros"
                    + " (process, user + system) and heapUsed; null for what the server cannot tell."
        },
        mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--server",
            required = true,
            paramLabel = "NAME",
            description =
                    "Which one: ${COMPLETION-CANDIDATES}. Those that need something (gcc, io_uring, a newer Java) say"
                            + " so where it is missing.",
            completionCandidates = ServerNames.class)
    private String server = "";

    @Option(names = "--port", required = true, paramLabel = "N", description = "Where to listen; 0 for any free port.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Local address to listen on. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Mixin
    private ServerOptions options = new ServerOptions();

    /** For help and completion. */
    public static final class ServerNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Servers.names().iterator();
        }
    }

    /**
     * Runs this command alone, in a process of its own.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(CommandLines.of(new ServeCommand()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Limits limits = new Limits(spec);
        limits.between("--port", 0, MAX_PORT, port);
        options.check(limits);
        if (!Servers.names().contains(server)) {
            throw limits.wrong("--server must be one of " + Servers.names() + ", was " + server);
        }
        InetSocketAddress address = new InetSocketAddress(host(limits), port);
        ServerConfig config = new ServerConfig(address, options.backlog(), options.greeting(), options.workers());
        try (ServerUnderTest running = start(config)) {
            answerUntilInputCloses(running);
        }
        return 0;
    }

    private InetAddress host(Limits limits) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw limits.wrong("--host must be an address of this machine, was " + host);
        }
    }

    private ServerUnderTest start(ServerConfig config) throws IOException {
        try {
            return Servers.start(server, config);
        } catch (BindException e) {
            throw new IOException("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private void answerUntilInputCloses(ServerUnderTest running) throws IOException {
        InetSocketAddress address = running.address();
        AcceptQueue queue = AcceptQueue.of(address, options.backlog(), 1);
        PrintWriter out = spec.commandLine().getOut();
        out.println("READY " + address.getAddress().getHostAddress() + ":" + address.getPort());
        out.flush();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (!System.out.checkError() && in.readLine() != null) {
            out.println(new ServerReading(
                            server, running.counts(), QueueNumbers.of(queue.reading()), ProcessUsage.of(running.pid()))
                    .toJson());
            out.flush();
        }
    }
}
