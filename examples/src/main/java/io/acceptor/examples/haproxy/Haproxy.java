package io.acceptor.examples.haproxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Acceptor;
import io.acceptor.DrainReport;
import io.acceptor.Greeting;
import io.acceptor.examples.Listening;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One of the servers behind HAProxy. */
@Command(
        name = "haproxy",
        description = {
            "Greets with 220 and the client's address, echoes, and tells HAProxy on a port of its own whether it wants"
                    + " new clients.",
            "examples/haproxy has configurations for two of them."
        },
        mixinStandardHelpOptions = true)
public final class Haproxy implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    @Option(
            names = "--agent-port",
            paramLabel = "N",
            description = "Port for HAProxy's agent-check. Default: ${DEFAULT-VALUE}.")
    private int agentPort = 4100;

    @Option(
            names = "--lame-duck",
            paramLabel = "MS",
            description =
                    "How long to go on accepting after SIGTERM; more than agent-inter. Default: ${DEFAULT-VALUE}.")
    private int lameDuckMillis = 2000;

    @Option(
            names = "--grace",
            paramLabel = "MS",
            description = "How long open connections may take after that. Default: ${DEFAULT-VALUE}.")
    private int graceMillis = 10_000;

    @Option(
            names = "--proxy-from",
            paramLabel = "NETWORK",
            description = "Whoever comes from there says by the PROXY protocol who the client is. Runs on Netty then.")
    private @Nullable String balancers;

    private Haproxy() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        InetSocketAddress address = listening.address();
        EchoServer server = balancers == null ? DirectServer.start(address) : ProxiedServer.start(address, balancers);
        // An agent-check connects, reads one line and leaves: the greeting is the whole of its server.
        Acceptor agent = Acceptor.builder()
                .name("agent")
                .greeting(Greeting.perConnection(peer -> word(server.health().ready())))
                .handler(haproxy -> {})
                .start(listening.address(agentPort));
        return Listening.untilTerminated(out, server.localAddress(), () -> {
            drain(server, out);
            agent.close();
        });
    }

    private static ByteBuffer word(boolean ready) {
        return US_ASCII.encode(ready ? "ready\n" : "drain\n");
    }

    private void drain(EchoServer server, PrintWriter out) {
        DrainReport report = server.drain(Duration.ofMillis(lameDuckMillis), Duration.ofMillis(graceMillis))
                .toCompletableFuture()
                .join();
        out.println(report);
        out.println(server.stats().outcomes().entrySet().stream()
                .filter(outcome -> outcome.getValue() > 0)
                .map(outcome -> outcome.getKey() + " " + outcome.getValue())
                .sorted()
                .collect(Collectors.joining(", ", "outcomes: ", "")));
        out.flush();
    }
}
