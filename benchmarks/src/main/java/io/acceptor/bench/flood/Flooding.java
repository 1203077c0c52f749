package io.acceptor.bench.flood;

import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.measure.Vitals;
import io.acceptor.bench.victims.ClientObserver;
import io.acceptor.bench.victims.ClientsResult;
import io.acceptor.bench.victims.GreetedClients;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs floods with victims beside them against one server. Not thread-safe. */
public final class Flooding {
    private static final Duration SAMPLE_EVERY = Duration.ofMillis(100);

    private final InetSocketAddress target;
    private final SourceAddresses sources;
    private final Victims victims;
    private final Supplier<Vitals> vitals;

    /** The real clients. */
    public static final class Victims {
        private final int perSecond;
        private final byte[] greeting;
        private final Duration timeout;

        /**
         * So many a second, 0 for none.
         *
         * @param greeting what each must be told
         * @param timeout how long each waits
         */
        public Victims(int perSecond, byte[] greeting, Duration timeout) {
            this.perSecond = perSecond;
            this.greeting = greeting.clone();
            this.timeout = timeout;
        }
    }

    public Flooding(InetSocketAddress target, SourceAddresses sources, Victims victims, Supplier<Vitals> vitals) {
        this.vitals = vitals;
        this.target = target;
        this.sources = sources;
        this.victims = victims;
    }

    /** Runs one to its end; each sample is also given to {@code live} while it runs. */
    public FloodRun run(FloodPlan plan, Consumer<Sample> live) {
        Flood flood = new Flood(target, sources, plan);
        Timeline timeline = new Timeline(() -> gone(flood), vitals, live);
        ClientsResult clients;
        FloodResult result;
        try (timeline) {
            timeline.start(SAMPLE_EVERY);
            FutureTask<FloodResult> flooding = new FutureTask<>(flood::run);
            new Thread(flooding, "flood").start();
            clients = victims.perSecond == 0 ? null : greet(plan, timeline);
            result = join(flooding);
        }
        return new FloodRun(plan.load(), result, flood.ends(), clients, timeline.history());
    }

    private ClientsResult greet(FloodPlan plan, ClientObserver observer) {
        return new GreetedClients(target, victims.greeting, victims.timeout, sources, observer)
                .run(victims.perSecond, plan.expectedLength());
    }

    private static long gone(Flood flood) {
        return FloodResult.sum(flood.ends()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static FloodResult join(FutureTask<FloodResult> flooding) {
        try {
            return flooding.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the flood failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while flooding", e);
        }
    }
}
