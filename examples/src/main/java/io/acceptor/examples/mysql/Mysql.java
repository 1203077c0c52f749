package io.acceptor.examples.mysql;

import io.acceptor.Acceptor;
import io.acceptor.examples.Listening;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A server for MySQL clients. */
@Command(
        name = "mysql",
        description = {
            "Speaks enough MySQL for its clients to log in and select literals.",
            "Try: mariadb --host=127.0.0.1 --port=4000 --user=app --password=secret -e \"SELECT 'hello'\""
        },
        mixinStandardHelpOptions = true)
public final class Mysql implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    @Option(names = "--user", paramLabel = "U", description = "Who may log in. Default: ${DEFAULT-VALUE}.")
    private String user = "app";

    @Option(names = "--password", paramLabel = "P", description = "With this password. Default: ${DEFAULT-VALUE}.")
    private String password = "secret";

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "How many at once; more get error 1040. Default: ${DEFAULT-VALUE}.")
    private int maxConnections = 100;

    private Mysql() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Acceptor server = MysqlServer.start(listening.address(), Account.of(user, password), maxConnections);
        return Listening.untilTerminated(spec.commandLine().getOut(), server.localAddress(), server::close);
    }
}
