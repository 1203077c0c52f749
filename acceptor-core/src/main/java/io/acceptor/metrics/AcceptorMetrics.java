package io.acceptor.metrics;

import io.acceptor.AcceptorStats;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueInspection;
import io.acceptor.queue.ListenCounters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The meters of one acceptor, to be bound to any number of registries; {@link AcceptorMeter} lists them.
 *
 * <p>Users get it from {@code acceptor.metrics()}; nothing is bound unless they do it. The acceptor owns it and closes
 * it: then its meters leave every registry, and the name is free again. Until then the meters hold the acceptor's
 * state strongly, so none turns NaN or stops counting because of garbage collection.
 *
 * <p>Where registries are composed, bind to the outermost one. A registry that a bound composite passes its meters to
 * counts as bound; when a composite is bound, its members that were bound before are bound through it instead. Either
 * way a timer counts each event once. A filter that drops the tag {@code listener} leaves room for one acceptor: of the
 * meters that coincide, the registry keeps those bound first.
 *
 * <p>Counters and gauges that come from the acceptor's books are read from a snapshot at most 10 ms old, which the
 * meters of one scrape share. Counters never decrease. The two listen counters are the network namespace's
 * ({@link ListenCounters}), counted from when this was made; they are registered only where the kernel has told them by
 * then, or by the time of binding, because a counter cannot be NaN and 0 would say that nothing was turned away.
 *
 * <p>Thread-safe. The {@code record} methods are made for accept loops and workers: with nothing bound they cost a
 * volatile read; else the time goes straight to the registries' timers, without a lock of ours. What a timer throws is
 * counted and goes no further; a timer that blocks holds up the loop.
 */
public final class AcceptorMetrics implements MeterBinder, AutoCloseable {
    private static final Binding[] NOTHING = {};

    private final Source source;
    private final RecentStats stats;
    private final Rise listenOverflows;
    private final Rise listenDrops;
    private final Claims claims = new Claims();
    private final LongAdder failures = new LongAdder();

    /** Replaced as a whole under the lock of {@code this}; read by anyone. */
    private volatile Binding[] bindings = NOTHING;

    /** Guarded by {@code this}. */
    private boolean closed;

    /**
     * For the engines of this library.
     *
     * @param source where the numbers come from; held as long as this
     */
    public AcceptorMetrics(Source source) {
        this(source, System::nanoTime, ListenCounters::read);
    }

    AcceptorMetrics(Source source, LongSupplier nanoClock, Supplier<ListenCounters> counters) {
        this.source = Objects.requireNonNull(source, "source");
        this.stats = new RecentStats(source::stats, nanoClock);
        this.listenOverflows = new Rise(() -> counters.get().overflows());
        this.listenDrops = new Rise(() -> counters.get().drops());
    }

    /**
     * Registers every meter of the catalogue, of the listen counters those that are known. Does nothing if the registry has them
     * from this acceptor already.
     *
     * @param registry where to; held until the acceptor closes
     * @throws IllegalStateException if the acceptor is closed, if an open acceptor of the same name is bound to this
     *     registry, or if a composite bound before has some but not all registries in common with this one; the
     *     registry is unchanged then
     * @throws IllegalArgumentException if the registry has a meter of another kind under one of the names; the registry
     *     is unchanged then
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        String name = source.name();
        if (closed) {
            throw new IllegalStateException("cannot bind the meters of listener \"" + name + "\" to "
                    + Claims.describe(registry) + ": the acceptor is closed");
        }
        if (!claims.claim(registry, name)) {
            return;
        }
        try {
            unbindMembersOf(registry);
            Binding added = new Binding(this, registry, name);
            Binding[] next = Arrays.copyOf(bindings, bindings.length + 1);
            next[bindings.length] = added;
            bindings = next;
        } catch (RuntimeException | Error e) {
            claims.release(registry);
            throw e;
        }
    }

    /**
     * Whether a registry is bound, so that recording a time runs code that is not this library's. For its engines.
     *
     * @return as seen by the calling thread at this moment
     */
    public boolean isBound() {
        return bindings.length > 0;
    }

    /**
     * Records how long a greeting took. For the engines of this library, on the accept loop.
     *
     * @param nanos from accept until the greeting was in the kernel's buffer; less than zero counts as zero
     */
    public void recordGreeting(long nanos) {
        for (Binding binding : bindings) {
            binding.recordGreeting(nanos);
        }
    }

    /**
     * Records how long a connection sat in the kernel's accept queue. For the engines of this library, on the accept loop.
     *
     * @param nanos from the end of the handshake to accept; less than zero counts as zero
     */
    public void recordQueueWait(long nanos) {
        for (Binding binding : bindings) {
            binding.recordQueueWait(nanos);
        }
    }

    /**
     * Records how long a connection waited for a worker. For the engines of this library, on the worker.
     *
     * @param nanos from the hand-over to the claim; less than zero counts as zero
     */
    public void recordHandoff(long nanos) {
        for (Binding binding : bindings) {
            binding.recordHandoff(nanos);
        }
    }

    /**
     * Takes the meters out of every registry. For the engines of this library, when the acceptor closes. Never throws;
     * does nothing when called again.
     */
    @Override
    public synchronized void close() {
        closed = true;
        for (Binding binding : bindings) {
            unbind(binding);
        }
        bindings = NOTHING;
    }

    /**
     * The listener's name, how many registries are bound, and how often a registry threw while it was told a time or
     * asked to remove a meter; for logs.
     *
     * @return a line for people, in no fixed format
     */
    @Override
    public String toString() {
        return "AcceptorMetrics[" + source.name() + ", " + bindings.length + " registries, " + failures.sum()
                + " failures]";
    }

    AcceptorStats stats() {
        return stats.get();
    }

    AcceptQueue queue() {
        return source.queue();
    }

    /** Seconds; 0 if none waits. */
    double oldestInQueue() {
        AcceptQueueInspection seen = source.queue().lastInspection();
        double none = seen.reading().depth() == 0 ? 0 : Double.NaN;
        return seen.oldest().map(age -> age.toMillis() / 1e3).orElse(none);
    }

    Rise listenOverflows() {
        return listenOverflows;
    }

    Rise listenDrops() {
        return listenDrops;
    }

    double loopBusy() {
        return source.loopBusy();
    }

    /** Counts an exception of somebody's registry, where throwing on would harm the acceptor. */
    void countFailure() {
        failures.increment();
    }

    private void unbindMembersOf(MeterRegistry registry) {
        Set<MeterRegistry> reached = Claims.reach(registry);
        List<Binding> kept = new ArrayList<>();
        for (Binding binding : bindings) {
            if (reached.contains(binding.registry())) {
                unbind(binding);
            } else {
                kept.add(binding);
            }
        }
        bindings = kept.toArray(NOTHING);
    }

    private void unbind(Binding binding) {
        binding.remove();
        claims.release(binding.registry());
    }

    /**
     * Where an engine's numbers come from. Implemented by the engines of this library.
     *
     * <p>Called on the threads that scrape, several at a time; after the acceptor is closed too, by those who kept a
     * meter. Implementations wait for nothing and throw nothing.
     */
    public interface Source {
        /**
         * The listener's name, for the tag.
         *
         * @return not blank, always the same
         */
        String name();

        /**
         * The books, where each count is at least what the call before gave.
         *
         * @return a fresh snapshot
         */
        AcceptorStats stats();

        /**
         * The kernel's accept queue; somebody else samples it.
         *
         * @return always the same
         */
        AcceptQueue queue();

        /**
         * The share of time the loop or loops did not wait, whoever asked before.
         *
         * @return from 0 to 1, or NaN when unknown
         */
        double loopBusy();
    }
}
