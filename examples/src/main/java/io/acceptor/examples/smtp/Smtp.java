package io.acceptor.examples.smtp;

import io.acceptor.examples.Listening;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A mail server, with the accept loop of your choice. */
@Command(
        name = "smtp",
        description = {
            "Takes mail and throws it away. The old loop is lost to the first probe.",
            "Try: curl smtp://127.0.0.1:4000 --mail-from me@example.org --mail-rcpt you@example.org -T mail.txt"
        },
        mixinStandardHelpOptions = true)
public final class Smtp implements Callable<Integer> {
    /** Long enough for most that do not wait (postscreen takes up to six seconds). */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** Which loop accepts. */
    enum Loop {
        OLD,
        NEW,
        SCREEN
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    @Option(names = "--loop", paramLabel = "L", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Loop loop = Loop.NEW;

    @Option(
            names = "--max-clients",
            paramLabel = "N",
            description = "How many at once; more get a 421. Default: ${DEFAULT-VALUE}.")
    private int maxClients = 100;

    private Smtp() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        SmtpServer server = start(loop, listening.address(), maxClients, out);
        return Listening.untilTerminated(out, server.address(), () -> close(server));
    }

    static SmtpServer start(Loop loop, InetSocketAddress address, int maxClients, PrintWriter out) throws IOException {
        return switch (loop) {
            case OLD -> OldLoop.start(address, maxClients);
            case NEW -> NewLoop.start(address, maxClients);
            case SCREEN -> new Screen(address, maxClients, PAUSE, out);
        };
    }

    private static void close(SmtpServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
