package io.acceptor.bench.compare;

import io.acceptor.bench.compare.Trial.Subject;
import io.acceptor.bench.cost.Cost;
import io.acceptor.bench.cost.CostMeter.Measured;
import io.acceptor.bench.flood.Behaviour;
import io.acceptor.bench.flood.Behaviour.Times;
import io.acceptor.bench.flood.FloodPlan;
import io.acceptor.bench.flood.FloodPlan.Bounds;
import io.acceptor.bench.flood.FloodResult;
import io.acceptor.bench.flood.FloodRun;
import io.acceptor.bench.flood.Flooding;
import io.acceptor.bench.flood.Flooding.Victims;
import io.acceptor.bench.flood.Mix;
import io.acceptor.bench.flood.ProbeEnd;
import io.acceptor.bench.flood.Sample;
import io.acceptor.bench.measure.MachineTime;
import io.acceptor.bench.measure.ProcessCpu;
import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.measure.Vitals;
import io.acceptor.bench.serve.ChildServer;
import io.acceptor.bench.victims.ClientsResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A trial while it runs: one scenario, phase after phase, on a server that is there already. Not thread-safe; runs once. */
final class TrialRun {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double BYTES_PER_MEBIBYTE = 1_048_576;

    /** Of fewer, the 99.9th percentile is the maximum by another name. */
    private static final int ENOUGH_FOR_P999 = 1_000;

    private static final Mix STAYERS = new Mix(Map.of(Behaviour.RESET, 4, Behaviour.HOLD, 1));

    private final Scenario scenario;
    private final TrialPlan plan;
    private final WarmServer server;
    private final ChildServer child;
    private final SourceAddresses sources;
    private final byte[] greeting;
    private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    private final List<String> complaints = new ArrayList<>();

    TrialRun(Scenario scenario, TrialPlan plan, WarmServer server, SourceAddresses sources) {
        this.scenario = scenario;
        this.plan = plan;
        this.server = server;
        this.child = server.child();
        this.sources = sources;
        this.greeting = plan.options().greetingBytes();
    }

    /**
     * Runs it.
     *
     * @throws IOException if the server is lost
     */
    Trial run(int round) throws IOException {
        MachineTime start = MachineTime.now();
        double ours = oursMicros();
        FloodRun run = phases();
        put(Figure.OTHERS, 100 * MachineTime.now().othersSince(start, oursMicros() - ours));
        return trial(round, run);
    }

    /** Null if there were no victims. */
    private @Nullable FloodRun phases() throws IOException {
        if (scenario == Scenario.GREETED) {
            greetedAlone();
            return null;
        }
        if (scenario.floods() && !server.isLostInWarmUp()) {
            floodAlone();
        }
        return withVictims();
    }

    /** CPU time of generator and server. */
    private double oursMicros() {
        Long generator = ProcessCpu.micros();
        Long server = ProcessCpu.microsOf(child.servingPid());
        return generator == null || server == null ? Double.NaN : generator + server;
    }

    private void greetedAlone() throws IOException {
        FloodPlan clients = server.greetedClients(plan.phase());
        FloodResult result;
        if (server.isLostInWarmUp()) {
            result = server.flood(clients);
        } else {
            Measured<FloodResult> phase = server.meter().measure(() -> server.flood(clients), FloodResult::sent);
            putCost(Figure.MICROS_PER_GREETED, phase.cost());
            result = phase.result();
        }
        put(Figure.GREETED_PER_SECOND, result.count(ProbeEnd.DONE) / result.seconds());
        put(Figure.SUCCESS, 100.0 * result.count(ProbeEnd.DONE) / Math.max(1, result.sent()));
        put(Figure.OWN_MICROS, result.ownMicrosEach());
    }

    private void floodAlone() throws IOException {
        Measured<FloodResult> phase = server.meter().measure(() -> server.flood(probes()), FloodResult::sent);
        putCost(Figure.MICROS_PER_PROBE, phase.cost());
        put(Figure.OWN_MICROS, phase.result().ownMicrosEach());
        put(Figure.PROBES_PER_SECOND, phase.result().sentPerSecond());
        if (!phase.result().valid()) {
            complaints.add("the generator fell behind its schedule");
        }
    }

    private FloodRun withVictims() throws IOException {
        long linesBefore = child.logLines();
        Victims victims = new Victims(plan.victimsPerSecond(), greeting, TrialPlan.VICTIM_TIMEOUT);
        FloodRun run = new Flooding(child.address(), sources, victims, Vitals.of(child.address(), child.servingPid()))
                .run(probes(), sample -> {});
        put(Figure.RECOVERY, recoveryMillis());
        put(
                Figure.LOG_LINES,
                1_000.0
                        * (child.logLines() - linesBefore)
                        / Math.max(1, run.flood().sent()));
        complaints.addAll(run.complaints());
        peaks(run.history().samples());
        heap();
        return run;
    }

    /** From the flood's end until a client is greeted; NaN if none is. */
    private double recoveryMillis() {
        long start = System.nanoTime();
        long limit = server.isLostInWarmUp() ? 0 : TrialPlan.RECOVERY_LIMIT.toNanos();
        do {
            if (server.greetsOne()) {
                return (System.nanoTime() - start) / NANOS_PER_MILLI;
            }
        } while (System.nanoTime() - start < limit);
        return Double.NaN;
    }

    private void peaks(List<Sample> samples) {
        put(Figure.PEAK_QUEUE, peak(samples, each -> each.vitals().queueDepth()));
        put(Figure.PEAK_FDS, peak(samples, each -> each.vitals().openFds()));
        put(Figure.PEAK_THREADS, peak(samples, each -> each.vitals().threads()));
    }

    private static double peak(List<Sample> samples, ToDoubleFunction<Sample> gauge) {
        return samples.stream()
                .mapToDouble(gauge)
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }

    /** A server that is out of descriptors may not be able to say. */
    private void heap() {
        try {
            Long used = child.reading().process().heapUsed();
            put(Figure.HEAP, used == null ? Double.NaN : used / BYTES_PER_MEBIBYTE);
        } catch (IOException | IllegalArgumentException silent) {
            put(Figure.HEAP, Double.NaN);
        }
    }

    /** A server that is not done with its connections has not paid for them yet. */
    private void putCost(Figure figure, Cost cost) {
        put(figure, cost.atRest() ? cost.each() : Double.NaN);
    }

    private void put(Figure figure, double value) {
        if (Double.isFinite(value)) {
            figures.put(figure, value);
        }
    }

    private Trial trial(int round, @Nullable FloodRun run) {
        ClientsResult victims = run == null ? null : run.victims();
        if (victims != null) {
            put(Figure.SUCCESS, 100.0 * victims.greeted() / Math.max(1, victims.started()));
            latencies(victims);
        }
        return new Trial(
                new Subject(scenario.label(), child.name(), round),
                complaints,
                figures,
                victims == null ? Map.of() : victims.ends(),
                run == null ? List.of() : run.history().samples());
    }

    private void latencies(ClientsResult victims) {
        if (victims.greeted() > 0) {
            put(Figure.LATENESS, victims.punctuality().p99Millis());
            put(Figure.P50, victims.latency().getValueAtPercentile(50) / NANOS_PER_MILLI);
            put(Figure.P99, victims.latency().getValueAtPercentile(99) / NANOS_PER_MILLI);
            if (victims.greeted() >= ENOUGH_FOR_P999) {
                put(Figure.P999, victims.latency().getValueAtPercentile(99.9) / NANOS_PER_MILLI);
            }
            put(Figure.MAX, victims.latency().getMaxValue() / NANOS_PER_MILLI);
        }
    }

    private FloodPlan probes() {
        Times times = new Times(Duration.ZERO, plan.phase(), TrialPlan.PROBE_TIMEOUT, greeting.length);
        Mix mix = scenario == Scenario.DESCRIPTORS ? STAYERS : Mix.of(Behaviour.RESET);
        return new FloodPlan(mix, scenario.load(), Bounds.of(plan.phase()), times, 1);
    }
}
