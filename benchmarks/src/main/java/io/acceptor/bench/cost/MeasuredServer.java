package io.acceptor.bench.cost;

import io.acceptor.bench.cost.CostMeter.Measured;
import io.acceptor.bench.cost.Round.UnderFlood;
import io.acceptor.bench.flood.Flood;
import io.acceptor.bench.flood.FloodPlan;
import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.flood.FloodResult;
import io.acceptor.bench.measure.MachineTime;
import io.acceptor.bench.measure.ProcessCpu;
import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.serve.ChildServer;
import io.acceptor.bench.victims.ClientsResult;
import io.acceptor.bench.victims.GreetedClients;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A child server and what {@code probe-cost} does to it. */
public final class MeasuredServer implements AutoCloseable {
    /** Enough for the JIT to be done with the greeted path, however few are greeted later. */
    private static final int LEAST_WARM_UP_RATE = 2_000;

    private final ChildServer child;
    private final CostMeter meter;
    private final byte[] greeting;
    private final ProbeCostPlan plan;
    private final SourceAddresses sources = new SourceAddresses();

    public MeasuredServer(ChildServer child, byte[] greeting, ProbeCostPlan plan) {
        this.child = child;
        this.meter = new CostMeter(child);
        this.greeting = greeting.clone();
        this.plan = plan;
    }

    String name() {
        return child.name();
    }

    /** Floods it and greets clients, uncounted, until its code is compiled. */
    void warmUp() {
        flood(plan.warmUp());
        greet(Math.max(LEAST_WARM_UP_RATE, plan.rates().greeted()), plan.warmUp());
    }

    /** Idle, flood, greeted clients, clients under the flood. */
    Round round() throws IOException {
        MachineTime start = MachineTime.now();
        double ours = oursMicros();
        double idle = meter.measureIdle(plan.idle());
        Measured<FloodResult> flood = meter.measure(() -> flood(plan.phase()), FloodResult::sent);
        Measured<ClientsResult> greeted =
                meter.measure(() -> greet(plan.rates().greeted(), plan.phase()), ClientsResult::started);
        UnderFlood both = underFlood();
        double others = MachineTime.now().othersSince(start, oursMicros() - ours);
        return new Round(idle, flood, greeted, both, others);
    }

    /** CPU time of generator and server. */
    private double oursMicros() throws IOException {
        Long generator = ProcessCpu.micros();
        Long server = child.reading().process().cpuMicros();
        return generator == null || server == null ? Double.NaN : generator + server;
    }

    private UnderFlood underFlood() throws IOException {
        FutureTask<FloodResult> flood = new FutureTask<>(() -> flood(plan.phase()));
        new Thread(flood, "flood").start();
        ClientsResult clients = greet(plan.rates().clients(), plan.phase());
        try {
            return new UnderFlood(flood.get(), clients);
        } catch (ExecutionException e) {
            throw new IOException("the flood failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while flooding " + name(), e);
        }
    }

    private FloodResult flood(Duration length) {
        FloodPlan probes = FloodPlan.ofProbes(Load.open(plan.rates().probes()), length, ProbeCostPlan.TIMEOUT);
        return Flood.ofProbes(child.address(), sources, probes).run();
    }

    private ClientsResult greet(int perSecond, Duration length) {
        return new GreetedClients(child.address(), greeting, ProbeCostPlan.TIMEOUT, sources).run(perSecond, length);
    }

    @Override
    public void close() {
        child.close();
    }
}
