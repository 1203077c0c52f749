package io.acceptor.bench.cost;

import io.acceptor.bench.cost.ProbeCostPlan.Rates;
import io.acceptor.bench.measure.Limits;
import io.acceptor.bench.serve.ChildServer;
import io.acceptor.bench.serve.ServeCommand;
import io.acceptor.bench.serve.ServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code probe-cost}: server CPU per probe and per greeted client, servers side by side. */
@Command(
        name = "probe-cost",
        description = {
            "Measures what a connect-and-reset probe costs a server, and a client that is greeted, and how long clients"
                    + " wait to be greeted while probes come. Every server runs in its own JVM on 127.0.0.1.",
            "Progress goes to standard error, the report to standard output. Exit code 1 if a server had no valid round."
        },
        mixinStandardHelpOptions = true)
public final class ProbeCostCommand implements Callable<Integer> {
    private static final int MAX_CLIENT_RATE = 10_000;
    private static final Duration IDLE = Duration.ofSeconds(1);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Which ones, in this order; the first is compared with the others. The same one twice shows how far"
                            + " the figures can be trusted. Default: core,loop-pool; known: ${COMPLETION-CANDIDATES}.",
            completionCandidates = ServeCommand.ServerNames.class)
    private List<String> servers = List.of("core", "loop-pool");

    @Option(names = "--rate", paramLabel = "N", description = "Probes offered a second. Default: ${DEFAULT-VALUE}.")
    private int rate = 10_000;

    @Mixin
    private RoundOptions rounds = new RoundOptions(5, 5, 5);

    @Option(
            names = "--greeted-rate",
            paramLabel = "N",
            description = "Clients a second while there are no probes. Default: ${DEFAULT-VALUE}.")
    private int greetedRate = 1_000;

    @Option(
            names = "--client-rate",
            paramLabel = "N",
            description = "Clients a second under the flood. Default: ${DEFAULT-VALUE}.")
    private int clientRate = 100;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws IOException {
        check();
        ProbeCostPlan plan = new ProbeCostPlan(
                rounds.rounds(), new Rates(rate, greetedRate, clientRate), rounds.phase(), rounds.warmUp(), IDLE);
        List<MeasuredServer> running = new ArrayList<>();
        try {
            for (String server : servers) {
                running.add(start(server, plan));
            }
            return report(plan, new ProbeCost(plan, spec.commandLine().getErr()).run(running));
        } finally {
            running.forEach(MeasuredServer::close);
        }
    }

    private MeasuredServer start(String server, ProbeCostPlan plan) throws IOException {
        return new MeasuredServer(
                ChildServer.start(server, options.asArguments(), rounds.jvmOptions()), options.greetingBytes(), plan);
    }

    private int report(ProbeCostPlan plan, List<ServerRounds> results) {
        spec.commandLine().getOut().print(new ProbeCostReport(plan, results));
        spec.commandLine().getOut().flush();
        return results.stream().anyMatch(each -> each.valid().isEmpty()) ? 1 : 0;
    }

    private void check() {
        Limits limits = new Limits(spec);
        for (String server : servers) {
            limits.server("--servers", server);
        }
        limits.between("--rate", 1, Limits.MAX_RATE, rate);
        rounds.check(limits);
        limits.between("--greeted-rate", 1, MAX_CLIENT_RATE, greetedRate);
        limits.between("--client-rate", 1, MAX_CLIENT_RATE, clientRate);
        options.check(limits);
    }
}
