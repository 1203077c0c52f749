package io.acceptor.bench.flood;

import io.acceptor.bench.flood.Flooding.Victims;
import io.acceptor.bench.measure.Limits;
import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.measure.Vitals;
import io.acceptor.bench.victims.FirstClient;
import io.acceptor.bench.victims.Thresholds;
import io.acceptor.bench.victims.VictimOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flood}: a storm of visitors at a server of your own, and what it does to real clients. */
@Command(
        name = "flood",
        description = {
            "Sends a server a storm of connect-and-reset probes or other visitors, and real clients beside it, the victims,"
                    + " who must be greeted in full. Latency counts from the moment a victim was due.",
            "Exit code 0 if the victims were served as the thresholds demand, 1 if not, or if the generator could not keep"
                    + " its own schedule (the run is INVALID then)."
        },
        mixinStandardHelpOptions = true)
public final class FloodCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;
    private static final double MILLIS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", description = "The server.")
    private String target = "";

    @Mixin
    private FloodOptions flood = new FloodOptions();

    @Mixin
    private VictimOptions victims = new VictimOptions();

    @Mixin
    private Thresholds thresholds = new Thresholds();

    @Mixin
    private FloodFiles files = new FloodFiles();

    @Option(
            names = "--sources",
            paramLabel = "N",
            description = "Spread visitors and victims over so many local addresses, 127.0.1.1 and up."
                    + " Default: ${DEFAULT-VALUE}.")
    private int sources = SourceAddresses.DEFAULT;

    @Option(
            names = "--anywhere",
            description = "Allow a target that is not on loopback. Flood only what is yours. Default: refuse.")
    private boolean anywhere;

    @Override
    public Integer call() throws IOException {
        Limits limits = new Limits(spec);
        flood.check(limits);
        victims.check(limits);
        thresholds.check(limits);
        files.check(limits);
        limits.between("--sources", 1, SourceAddresses.MOST, sources);
        InetSocketAddress address = checkedTarget(limits);
        SourceAddresses from =
                address.getAddress().isLoopbackAddress() ? SourceAddresses.loopback(sources) : SourceAddresses.any();
        List<FloodPlan> plans = plans(limits, from);
        byte[] greeting = greeting(address, plans.get(0), limits);
        Victims clients = new Victims(victims.perSecond(), greeting, victims.timeout());
        List<FloodRun> runs = new ArrayList<>();
        boolean passed =
                run(new Flooding(address, from, clients, Vitals.of(address)), waitingFor(plans, greeting), runs);
        files.write(runs);
        return passed ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private InetSocketAddress checkedTarget(Limits limits) {
        int colon = target.lastIndexOf(':');
        String port = target.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}")) {
            throw limits.wrong("the target must be HOST:PORT, was " + target);
        }
        int number = limits.between("the port of the target", 1, MAX_PORT, Integer.parseInt(port));
        try {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getByName(target.substring(0, colon)), number);
            if (!anywhere && !address.getAddress().isLoopbackAddress()) {
                throw limits.wrong("the target must be on loopback without --anywhere, was " + target);
            }
            return address;
        } catch (UnknownHostException e) {
            throw limits.wrong("the host of the target is unknown, was " + target);
        }
    }

    private List<FloodPlan> plans(Limits limits, SourceAddresses from) {
        List<FloodPlan> plans = flood.loads(limits).stream()
                .map(load -> flood.plan(load, limits))
                .toList();
        for (FloodPlan plan : plans) {
            PortGuard.objection(plan, victims.perSecond(), from.count()).ifPresent(objection -> {
                throw limits.wrong(objection);
            });
        }
        return plans;
    }

    private byte[] greeting(InetSocketAddress address, FloodPlan plan, Limits limits) throws IOException {
        byte[] told = victims.greeting();
        if (told != null) {
            return told;
        }
        if (victims.perSecond() == 0 && !plan.needsGreeting()) {
            return new byte[0];
        }
        byte[] heard = FirstClient.listen(address);
        if (heard.length == 0) {
            throw limits.wrong("the server does not greet its clients; --victims=0 floods it without victims");
        }
        return heard;
    }

    private static List<FloodPlan> waitingFor(List<FloodPlan> plans, byte[] greeting) {
        return plans.stream()
                .map(plan -> plan.waitingFor(Math.max(1, greeting.length)))
                .toList();
    }

    /** Whether all went well; a ramp ends with the first step that did not. */
    private boolean run(Flooding flooding, List<FloodPlan> plans, List<FloodRun> runs) {
        PrintWriter out = spec.commandLine().getOut();
        for (FloodPlan plan : plans) {
            FloodRun run = watched(flooding, plan);
            runs.add(run);
            List<String> failures = run.victims() == null ? List.of() : thresholds.failures(run.victims());
            out.print(FloodReport.of(run, failures));
            out.flush();
            if (!failures.isEmpty() || !run.complaints().isEmpty()) {
                tellKnee(runs);
                return false;
            }
        }
        tellKnee(runs);
        out.println("PASS");
        out.flush();
        return true;
    }

    private FloodRun watched(Flooding flooding, FloodPlan plan) {
        if (!Ansi.AUTO.enabled()) {
            return flooding.run(plan, sample -> {});
        }
        LiveView view =
                new LiveView(spec.commandLine().getErr(), plan.expectedLength().toMillis() / MILLIS_PER_SECOND);
        try {
            return flooding.run(plan, view);
        } finally {
            view.clear();
        }
    }

    /** All but the last went well; whether that did, the lines above it say. */
    private void tellKnee(List<FloodRun> runs) {
        if (flood.isRamp()) {
            PrintWriter out = spec.commandLine().getOut();
            String good = runs.size() < 2
                    ? "no step before it was good"
                    : String.format(
                            Locale.ROOT,
                            "%,.0f/s was good",
                            runs.get(runs.size() - 2).load().perSecond());
            out.printf(
                    Locale.ROOT,
                    "knee: the ramp ended at %,.0f/s; %s%n",
                    runs.get(runs.size() - 1).load().perSecond(),
                    good);
            out.flush();
        }
    }
}
