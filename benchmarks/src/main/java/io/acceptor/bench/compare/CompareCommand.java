package io.acceptor.bench.compare;

import io.acceptor.bench.cost.RoundOptions;
import io.acceptor.bench.measure.Limits;
import io.acceptor.bench.measure.Machine;
import io.acceptor.bench.peers.Servers;
import io.acceptor.bench.serve.ServeCommand;
import io.acceptor.bench.serve.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code compare}: servers side by side through the same scenarios, and a report. */
@Command(
        name = "compare",
        description = {
            "Puts servers through scenarios, each in a process of its own on 127.0.0.1, a fresh one for each round, rounds"
                    + " interleaved, and writes report.html, results.json, results.csv and results.md (tables for a page).",
            "Progress goes to standard error, the verdict to standard output. Exit code 1 if a server had no valid round."
        },
        mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
    private static final int MAX_VICTIMS = 1_000;
    private static final String ALL = "all";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "NAME",
            description = "Which ones: ${COMPLETION-CANDIDATES}. Default: all that can run on this machine.",
            completionCandidates = ServeCommand.ServerNames.class)
    private List<String> servers = List.of();

    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            description = "Which ones, or all: ${COMPLETION-CANDIDATES}. Default: probes-10k.",
            completionCandidates = ScenarioNames.class)
    private List<String> scenarios = List.of(Scenario.PROBES_10K.label());

    @Mixin
    private RoundOptions rounds = new RoundOptions(3, 2, 2);

    @Option(
            names = "--victims",
            paramLabel = "N",
            description = "Clients a second beside the flood. Default: ${DEFAULT-VALUE}.")
    private int victims = 100;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Where the files go; made if need be. Default: ${DEFAULT-VALUE}.")
    private Path report = Path.of("acceptor-bench-report");

    @Mixin
    private ServerOptions options = new ServerOptions();

    /** For help and completion. */
    static final class ScenarioNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Scenario.values()).map(Scenario::label).iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        Limits limits = new Limits(spec);
        List<Scenario> chosen = chosenScenarios(limits);
        check(limits);
        checkServers(limits);
        limits.folder("--report", report);
        List<String> able = ableServers();
        TrialPlan plan = new TrialPlan(rounds.phase(), rounds.warmUp(), victims, options, rounds.jvmOptions());
        Summary summary = new Summary(
                new Comparison(plan, rounds.rounds(), spec.commandLine().getErr()).run(chosen, able));
        new ComparisonFiles(summary, commandLine(), Machine.describe(), Instant.now()).write(report);
        tell(summary);
        boolean complete = summary.scenarios().stream()
                .allMatch(scenario -> able.stream().allMatch(server -> summary.validRounds(scenario, server) > 0));
        return complete ? 0 : 1;
    }

    private void check(Limits limits) {
        rounds.check(limits);
        limits.between("--victims", 1, MAX_VICTIMS, victims);
        options.check(limits);
    }

    private List<Scenario> chosenScenarios(Limits limits) {
        if (scenarios.equals(List.of(ALL))) {
            return List.of(Scenario.values());
        }
        return scenarios.stream().map(name -> scenario(name, limits)).distinct().toList();
    }

    private static Scenario scenario(String name, Limits limits) {
        return Arrays.stream(Scenario.values())
                .filter(each -> each.label().equals(name))
                .findFirst()
                .orElseThrow(() -> limits.wrong("--scenario must be all or of "
                        + Stream.of(Scenario.values()).map(Scenario::label).toList() + ", was " + name));
    }

    private void checkServers(Limits limits) {
        servers.forEach(server -> limits.server("--servers", server));
    }

    /** Those asked for; of all, those that cannot run on this machine are left out, and it is said. */
    private List<String> ableServers() {
        if (!servers.isEmpty()) {
            return servers.stream().distinct().toList();
        }
        PrintWriter err = spec.commandLine().getErr();
        Servers.names()
                .forEach(server -> Servers.obstacle(server)
                        .ifPresent(obstacle -> err.println("left out: server " + server + " " + obstacle)));
        return Servers.names().stream()
                .filter(server -> Servers.obstacle(server).isEmpty())
                .toList();
    }

    private String commandLine() {
        return "acceptor-bench "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    private void tell(Summary summary) {
        PrintWriter out = spec.commandLine().getOut();
        new ComparisonVerdict(summary).findings().forEach(finding -> {
            out.println(finding.scenario() + ":");
            finding.sentences().forEach(sentence -> out.println("  " + sentence));
        });
        out.println("machine: " + Machine.describe());
        out.println("report: " + report.resolve("report.html"));
        out.flush();
    }
}
