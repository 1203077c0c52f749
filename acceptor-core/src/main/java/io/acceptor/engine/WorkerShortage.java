package io.acceptor.engine;

import io.acceptor.StallReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds that newcomers go without a worker: they are refused one after the other and none is taken in between, one has waited until
 * its offer ended, or some wait and nothing moves. Told as a stall, once an episode. Thread-safe.
 *
 * <p>What moves is a worker that does something of ours. An episode is over when something has moved since the last sign of the
 * shortage, or a worker is known to be free, and there has been no such sign for 1 s.
 */
public final class WorkerShortage {
    /** A single refusal, or two, may be a pool that is full for a moment. */
    static final int REFUSALS_IN_A_ROW = 3;

    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What is known about the workers. Asked by the housekeeper; must not block. */
    public interface Workers {
        /** Whether clients wait for a worker. */
        boolean clientsWait();

        /** Whether one is known to be free. */
        boolean isFree();
    }

    private final AcceptorContext context;
    private final AtomicLong moves = new AtomicLong();
    private volatile @Nullable Workers workers;
    private volatile @Nullable String reason;

    private int refusals; // in a row; guarded by this
    private long movesAtRefusal; // guarded by this
    private long lastSign; // of the shortage; guarded by this
    private long movesAtSign; // guarded by this
    private long began; // guarded by this
    private boolean told; // the housekeeper's
    private long movesSeen; // the housekeeper's
    private long stillSince; // the housekeeper's

    WorkerShortage(AcceptorContext context) {
        this.context = context;
    }

    /** Has these workers watched. */
    public void watch(Workers those) {
        workers = those;
    }

    /** A worker does something of ours. Costs next to nothing. */
    public void moved() {
        moves.incrementAndGet();
    }

    /** How often something has moved so far. */
    public long moves() {
        return moves.get();
    }

    /**
     * A client was refused since the executor would not take it, or since too many wait. Loops.
     *
     * @param cause what the executor threw, or null
     */
    public synchronized void refused(String why, @Nullable Throwable cause) {
        if (workers == null) {
            return; // a drop-in socket, whose application is watched in its own way
        }
        long moved = moves.get();
        refusals = moved == movesAtRefusal ? refusals + 1 : 1;
        movesAtRefusal = moved;
        if (refusals >= REFUSALS_IN_A_ROW || reason != null) {
            sign(reason != null || cause == null ? why : why + ": " + described(cause), System.nanoTime());
        }
    }

    /** A user's exception may fail at saying what it is. */
    private static String described(Throwable cause) {
        try {
            return cause.toString();
        } catch (Throwable t) {
            return cause.getClass().getName();
        }
    }

    /** A client has waited for a worker until its offer ended. Loops. */
    public synchronized void waitedOut() {
        if (workers == null) {
            return;
        }
        sign("clients have waited for a worker until handoffTimeout", System.nanoTime());
    }

    private void sign(String why, long now) {
        lastSign = now;
        movesAtSign = moves.get();
        if (reason == null) {
            reason = why;
            began = now;
        }
    }

    /** Why no newcomer gets a worker, in words; null while they do. */
    public @Nullable String reason() {
        return reason;
    }

    /** Housekeeper, at each tick. */
    void tick(long now, boolean late) {
        Workers watched = workers;
        if (watched == null) {
            return;
        }
        lookForMovement(watched, now, late);
        String why = reason;
        if (why != null && !told) {
            told = true;
            tell(why, now);
        }
        if (why != null && isOver(watched, now)) {
            reason = null;
            told = false;
            context.events().stallEnded(Duration.ofNanos(now - began()));
        }
    }

    private void lookForMovement(Workers watched, long now, boolean late) {
        long moved = moves.get();
        if (moved != movesSeen || stillSince == 0 || late || !watched.clientsWait()) {
            movesSeen = moved;
            stillSince = now == 0 ? 1 : now;
        } else if (now - stillSince >= context.settings().timing().stallThresholdNanos()) {
            synchronized (this) {
                sign("clients wait for a worker, and no worker has come free", now);
                began = told ? began : stillSince;
            }
        }
    }

    private synchronized boolean isOver(Workers watched, long now) {
        return now - lastSign >= QUIET_NANOS && (moves.get() != movesAtSign || watched.isFree());
    }

    private synchronized long began() {
        return began;
    }

    private void tell(String why, long now) {
        context.books().stalled();
        context.events()
                .stalled(new StallReport(
                        context.settings().name(),
                        "",
                        "",
                        why,
                        Duration.ofNanos(Math.max(0, now - began())),
                        context.queue().glance(),
                        List.of()));
    }
}
