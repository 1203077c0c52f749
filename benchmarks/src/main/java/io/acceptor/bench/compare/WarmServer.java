package io.acceptor.bench.compare;

import io.acceptor.bench.cost.CostMeter;
import io.acceptor.bench.flood.Behaviour;
import io.acceptor.bench.flood.Behaviour.Times;
import io.acceptor.bench.flood.Flood;
import io.acceptor.bench.flood.FloodPlan;
import io.acceptor.bench.flood.FloodPlan.Bounds;
import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.flood.FloodResult;
import io.acceptor.bench.flood.Mix;
import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.serve.ChildServer;
import io.acceptor.bench.victims.ClientEnd;
import io.acceptor.bench.victims.GreetedClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A fresh server in a process of its own that has been warmed up, for one trial after the other. Not thread-safe. */
final class WarmServer implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMillis(300);

    /** The least counts: after the warm-up the JVM is still compiling, and that is no steady cost. */
    private static final int IDLE_LOOKS = 4;

    private static final int WARM_UP_RATE = 5_000;
    private static final int GREETED_AT_ONCE = 16;
    private static final int FEW_DESCRIPTORS = 400;

    private final ChildServer child;
    private final TrialPlan plan;
    private final SourceAddresses sources;
    private final CostMeter meter;
    private boolean lostInWarmUp;

    private WarmServer(ChildServer child, TrialPlan plan, SourceAddresses sources) {
        this.child = child;
        this.plan = plan;
        this.sources = sources;
        this.meter = new CostMeter(child);
    }

    /**
     * Starts it and warms it up.
     *
     * @param fewDescriptors whether it may have but {@link #FEW_DESCRIPTORS} open at once; what that one uses is not measured
     * @throws IOException if it does not start, or gives no readings
     */
    static WarmServer start(String server, boolean fewDescriptors, TrialPlan plan, SourceAddresses sources)
            throws IOException {
        List<String> options = plan.options().asArguments();
        ChildServer child = fewDescriptors
                ? ChildServer.startWithDescriptors(FEW_DESCRIPTORS, server, options, plan.jvmOptions())
                : ChildServer.start(server, options, plan.jvmOptions());
        WarmServer started = new WarmServer(child, plan, sources);
        try {
            started.warmUp();
            if (!fewDescriptors && !started.lostInWarmUp) {
                started.lookWhileIdle();
            }
        } catch (IOException | RuntimeException lost) {
            started.close();
            throw lost;
        }
        return started;
    }

    /** Both paths of the server, at modest rates. */
    private void warmUp() {
        flood(greetedClients(plan.warmUp()));
        flood(FloodPlan.ofProbes(Load.open(WARM_UP_RATE), plan.warmUp(), TrialPlan.PROBE_TIMEOUT));
        lostInWarmUp = !greetsOne();
    }

    private void lookWhileIdle() throws IOException {
        for (int i = 0; i < IDLE_LOOKS; i++) {
            meter.measureIdle(IDLE);
        }
    }

    /** Whether a client is greeted now. */
    boolean greetsOne() {
        byte[] greeting = plan.options().greetingBytes();
        try (GreetedClient client = new GreetedClient(greeting, TrialPlan.VICTIM_TIMEOUT)) {
            return client.prepare(sources.next()) && client.run(child.address()) == ClientEnd.GREETED;
        }
    }

    FloodResult flood(FloodPlan what) {
        return Flood.ofProbes(child.address(), sources, what).run();
    }

    /** Clients that leave with a reset once greeted, so that no port is left in TIME_WAIT. */
    FloodPlan greetedClients(Duration length) {
        int greeting = plan.options().greetingBytes().length;
        Times times = new Times(Duration.ZERO, Duration.ZERO, TrialPlan.PROBE_TIMEOUT, greeting);
        return new FloodPlan(
                Mix.of(Behaviour.RESET_GREETED), Load.closed(GREETED_AT_ONCE), Bounds.of(length), times, 1);
    }

    /** Nobody was greeted any more after the warm-up: what it costs when it works cannot be measured. */
    boolean isLostInWarmUp() {
        return lostInWarmUp;
    }

    ChildServer child() {
        return child;
    }

    CostMeter meter() {
        return meter;
    }

    @Override
    public void close() {
        child.close();
    }
}
