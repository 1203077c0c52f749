package io.acceptor.engine;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final RejectReason[] REASONS = RejectReason.values();
    private static final AcceptFailures.Kind[] KINDS = AcceptFailures.Kind.values();

    private final AtomicLong ids = new AtomicLong();
    private final LongAdder[] ended = adders(OUTCOMES.length);
    private final LongAdder[] rejected = adders(REASONS.length);
    private final LongAdder[] acceptErrors = adders(KINDS.length);
    private final LongAdder stalls = new LongAdder();
    private final AtomicLong pending = new AtomicLong();
    private volatile @Nullable Thread quietWaiter;

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** Counts an accepted connection and numbers it. */
    long accepted() {
        return ids.incrementAndGet();
    }

    void ended(Outcome outcome, @Nullable RejectReason reason) {
        if (reason != null) {
            rejected[reason.ordinal()].increment();
        }
        ended[outcome.ordinal()].increment();
        Thread waiter = quietWaiter;
        if (waiter != null) {
            LockSupport.unpark(waiter);
        }
    }

    void acceptError(AcceptFailures.Kind kind) {
        acceptErrors[kind.ordinal()].increment();
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

    /** Connections open now. */
    public long active() {
        long done = endedTotal();
        return ids.get() - done;
    }

    long endedTotal() {
        long sum = 0;
        for (LongAdder adder : ended) {
            sum += adder.sum();
        }
        return sum;
    }

    long count(Outcome outcome) {
        return ended[outcome.ordinal()].sum();
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
        Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        for (Outcome outcome : OUTCOMES) {
            outcomes.put(outcome, ended[outcome.ordinal()].sum());
        }
        Map<RejectReason, Long> rejections = new EnumMap<>(RejectReason.class);
        for (RejectReason reason : REASONS) {
            rejections.put(reason, rejected[reason.ordinal()].sum());
        }
        Map<String, Long> errors = new LinkedHashMap<>();
        for (AcceptFailures.Kind kind : KINDS) {
            errors.put(kind.name().toLowerCase(Locale.ROOT), acceptErrors[kind.ordinal()].sum());
        }
        long accepted = ids.get(); // after the ended ones
        return new AcceptorStats(accepted, pending.get(), outcomes, rejections, errors, stalls.sum(), eventsDropped);
    }
}
