package io.acceptor.examples.quickstart;

import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.examples.Listening;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The server of the README: says 12 bytes to everyone, then echoes. */
@Command(
        name = "quickstart",
        description = "Greets every client with 12 bytes, then echoes. Try: ncat 127.0.0.1 4000",
        mixinStandardHelpOptions = true)
public final class Quickstart implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    private Quickstart() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Acceptor acceptor = Acceptor.builder()
                .greeting(Greeting.of("hello world\n", StandardCharsets.US_ASCII))
                .handler(client -> client.input().transferTo(client.output()))
                .start(listening.address());
        return Listening.untilTerminated(spec.commandLine().getOut(), acceptor.localAddress(), acceptor::close);
    }
}
