package io.acceptor.bench.flood;

import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.measure.Punctuality;
import io.acceptor.bench.measure.Schedule;
import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.measure.ThreadCpu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * A flood of visitors, most of them connect-and-reset probes as load balancers send them: SYN, SYN+ACK, ACK, RST.
 *
 * <p>Bounded: it ends when its plan does, whether it kept up or not. Runs once.
 */
public final class Flood {
    /** From this rate on, one thread is too busy to be on time: a probe costs it 19 to 24 us (docs/benchmarks.md). */
    private static final double FAST = 20_000;

    private static final int MOST_THREADS = 2;
    private static final int DIGITS = 3;

    /** So near to its moment the last visitor is on time: the threads sleep between visitors, for 200 us at most. */
    private static final double PROMPT_SECONDS = 0.001;

    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final InetSocketAddress target;
    private final SourceAddresses sources;
    private final FloodPlan plan;
    private final FloodTally tally;

    /** Prepares it; whether the target may be flooded is the caller's business. */
    Flood(InetSocketAddress target, SourceAddresses sources, FloodPlan plan) {
        this.target = target;
        this.sources = sources;
        this.plan = plan;
        this.tally = new FloodTally(plan.mix());
    }

    /** Connect-and-reset probes to a server on this machine. */
    public static Flood ofProbes(InetSocketAddress target, SourceAddresses sources, FloodPlan plan) {
        return new Flood(requireLoopback(target), sources, plan);
    }

    /**
     * Passes on what is on loopback.
     *
     * @throws IllegalArgumentException if the target is not
     */
    static InetSocketAddress requireLoopback(InetSocketAddress target) {
        if (target.isUnresolved() || !target.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("target of a flood must be on loopback, was " + target);
        }
        return target;
    }

    /** How those who have gone have ended; may be asked from any thread at any time. */
    Map<Behaviour, Map<ProbeEnd, Long>> ends() {
        return tally.counts();
    }

    /** Runs it to its end. */
    public FloodResult run() {
        return plan.load().isOpen() ? open(plan.schedule()) : closed();
    }

    private FloodResult closed() {
        int count = threads();
        long start = System.nanoTime();
        long end = start + plan.bounds().length().toNanos();
        double ownMicros = flood(
                IntStream.range(0, count).mapToObj(i -> closed(i, count, end)).toList());
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        Map<ProbeEnd, Long> ends = FloodResult.sum(tally.counts());
        long intended = ends.values().stream().mapToLong(Long::longValue).sum();
        return new FloodResult(intended, seconds, ends, ownMicros, Punctuality.unscheduled());
    }

    private FloodResult open(Schedule schedule) {
        int count = threads();
        List<Pace.Open> paces = IntStream.range(0, count)
                .mapToObj(i -> new Pace.Open(schedule, i, count))
                .toList();
        double ownMicros = flood(paces);
        Histogram lateness = new Histogram(DIGITS);
        paces.forEach(pace -> lateness.add(pace.lateness()));
        double ranOver = paces.stream()
                        .mapToLong(pace -> pace.lastNanos() - schedule.nanosOf(schedule.count() - 1))
                        .max()
                        .orElse(0)
                / NANOS_PER_SECOND;
        return new FloodResult(
                schedule.count(),
                schedule.seconds() + (ranOver > PROMPT_SECONDS ? ranOver : 0),
                FloodResult.sum(tally.counts()),
                ownMicros,
                Punctuality.of(lateness, schedule));
    }

    /** A thread for each pace; returns the CPU time that they used, in microseconds. */
    private double flood(List<? extends Pace> paces) {
        List<FutureTask<Long>> threads = new ArrayList<>();
        for (Pace pace : paces) {
            FutureTask<Long> thread = new FutureTask<>(() -> flood(pace));
            threads.add(thread);
            new Thread(thread, "flood-" + threads.size()).start();
        }
        return threads.stream().mapToLong(Flood::join).sum() / NANOS_PER_MICRO;
    }

    private int threads() {
        Load load = plan.load();
        int useful = load.isOpen() ? (load.perSecond() > FAST ? MOST_THREADS : 1) : load.atOnce();
        return Math.min(useful, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    private Pace closed(int index, int count, long end) {
        int atOnce = (plan.load().atOnce() + count - 1 - index) / count;
        long most = plan.bounds().most() / count + (index < plan.bounds().most() % count ? 1 : 0);
        return new Pace.Closed(atOnce, most, end);
    }

    private long flood(Pace pace) {
        long cpu = ThreadCpu.nanos();
        try (ProbeSockets sockets = ProbeSockets.to(target, sources);
                Visits visits = new Visits(target, sources, plan.times().greetingLength(), tally)) {
            new FloodThread(plan, pace, new Probes(sockets, plan.times().timeout(), tally), visits).run();
        } catch (IOException noDescriptors) {
            throw new UncheckedIOException("cannot start a flood", noDescriptors);
        }
        return ThreadCpu.nanos() - cpu;
    }

    private static long join(FutureTask<Long> thread) {
        try {
            return thread.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the flood failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while flooding", e);
        }
    }
}
