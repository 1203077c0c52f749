package io.acceptor.engine;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one server. Thread-safe.
 *
 * <p>A connection is counted as accepted before it can be counted as ended, and a snapshot reads the ended ones first:
 * ended never exceeds accepted.
 */
public final class Books {
    private final AtomicLong ids = new AtomicLong();
    private final EnumCounters<Outcome> ended = new EnumCounters<>(Outcome.class);
    private final EnumCounters<RejectReason> rejected = new EnumCounters<>(RejectReason.class);
    private final EnumCounters<AcceptFailures.Kind> acceptErrors = new EnumCounters<>(AcceptFailures.Kind.class);
    private final LongAdder stalls = new LongAdder();
    private final AtomicLong pending = new AtomicLong();
    private volatile @Nullable Thread quietWaiter;

    /** Counts an accepted connection and numbers it. */
    long accepted() {
        return ids.incrementAndGet();
    }

    void ended(Outcome outcome, @Nullable RejectReason reason) {
        if (reason != null) {
            rejected.increment(reason);
        }
        ended.increment(outcome);
        Thread waiter = quietWaiter;
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    void acceptError(AcceptFailures.Kind kind) {
        acceptErrors.increment(kind);
    }

    void stalled() {
        stalls.increment();
    }

    /** Counts a connection handed over and not yet claimed; gives how many there are now. */
    public long handedOver() {
        return pending.incrementAndGet();
    }

    /** Undoes {@link #handedOver()}: claimed, reclaimed or refused. */
    public void noLongerPending() {
        pending.decrementAndGet();
    }

    /** Connections handed over and not claimed yet. */
    public long pending() {
        return pending.get();
    }

    /** Connections open now. */
    public long active() {
        long done = endedTotal();
        return ids.get() - done;
    }

    long endedTotal() {
        return ended.total();
    }

    long count(Outcome outcome) {
        return ended.count(outcome);
    }

    /** Waits until nothing is open or the time is over; one waiter at a time. Gives back early when interrupted. */
    boolean awaitQuiet(long nanos) {
        long deadline = System.nanoTime() + nanos;
        quietWaiter = Thread.currentThread();
        try {
            while (active() > 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            quietWaiter = null;
        }
    }

    AcceptorStats snapshot(long eventsDropped) {
        Map<Outcome, Long> outcomes = ended.snapshot();
        Map<String, Long> errors = new TreeMap<>();
        acceptErrors.snapshot().forEach((kind, count) -> errors.put(kind.name().toLowerCase(Locale.ROOT), count));
        long accepted = ids.get(); // after the ended ones
        return new AcceptorStats(
                accepted, pending.get(), outcomes, rejected.snapshot(), errors, stalls.sum(), eventsDropped);
    }
}
