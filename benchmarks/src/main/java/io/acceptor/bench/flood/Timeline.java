package io.acceptor.bench.flood;

import io.acceptor.bench.flood.Sample.Waits;
import io.acceptor.bench.measure.Vitals;
import io.acceptor.bench.victims.ClientEnd;
import io.acceptor.bench.victims.ClientObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Watches a run: a sample every so often until it is closed, and the victims' latencies between one sample and the next.
 *
 * <p>A sample that comes late is as late as it says. Thread-safe.
 */
final class Timeline implements ClientObserver, AutoCloseable {
    private static final int DIGITS = 3;
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier visitors;
    private final Supplier<Vitals> vitals;
    private final Consumer<Sample> live;
    private final Recorder latency = new Recorder(DIGITS);
    private final LongAdder failed = new LongAdder();
    private final List<Sample> samples = new CopyOnWriteArrayList<>();
    private final List<Histogram> intervals = new CopyOnWriteArrayList<>();
    private final long startedAtMillis = System.currentTimeMillis();
    private final long start = System.nanoTime();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Timeline::thread);

    /**
     * Prepares it.
     *
     * @param visitors how many the flood has ended so far
     * @param vitals the server's, now
     * @param live told of each sample
     */
    Timeline(LongSupplier visitors, Supplier<Vitals> vitals, Consumer<Sample> live) {
        this.visitors = visitors;
        this.vitals = vitals;
        this.live = live;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "timeline");
        thread.setDaemon(true);
        return thread;
    }

    /** Takes the first sample after {@code every}. */
    Timeline start(Duration every) {
        var unused = clock.scheduleAtFixedRate(this::sample, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
        return this;
    }

    @Override
    public void ended(ClientEnd end, long nanos) {
        if (end == ClientEnd.GREETED) {
            latency.recordValue(Math.max(0, nanos));
        } else {
            failed.increment();
        }
    }

    private void sample() {
        Histogram interval = latency.getIntervalHistogram();
        boolean none = interval.getTotalCount() == 0;
        Waits waits = new Waits(
                interval.getTotalCount(),
                failed.sumThenReset(),
                none ? Double.NaN : interval.getValueAtPercentile(99) / NANOS_PER_MILLI,
                none ? Double.NaN : interval.getMaxValue() / NANOS_PER_MILLI);
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        Sample sample = new Sample(seconds, visitors.getAsLong(), waits, vitals.get());
        intervals.add(interval);
        samples.add(sample);
        live.accept(sample);
    }

    /** What was seen so far. */
    History history() {
        return new History(startedAtMillis, List.copyOf(samples), List.copyOf(intervals));
    }

    /** Takes a last sample and stops. */
    @Override
    public void close() {
        clock.shutdownNow();
        try {
            if (clock.awaitTermination(1, TimeUnit.SECONDS)) {
                sample();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
