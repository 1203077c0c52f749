package io.acceptor.examples.netty;

import io.acceptor.examples.Listening;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A Netty server, plain, guarded, or behind a balancer that speaks PROXY. */
@Command(
        name = "netty",
        description = {
            "Greets with 220 and tells everyone, line by line, who they are. The plain one logs each check.",
            "The proxied one wants a balancer on this machine, with send-proxy-v2."
        },
        mixinStandardHelpOptions = true)
public final class Netty implements Callable<Integer> {
    /** Which server. */
    enum Kind {
        PLAIN,
        GUARDED,
        PROXIED
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    @Option(names = "--server", paramLabel = "S", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Kind kind = Kind.GUARDED;

    private Netty() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        InetSocketAddress address = listening.address();
        LineServer server = switch (kind) {
            case PLAIN -> new PlainServer(address);
            case GUARDED -> new GuardedServer(address);
            case PROXIED -> new ProxiedServer(address);
        };
        return Listening.untilTerminated(spec.commandLine().getOut(), server.address(), server::close);
    }
}
