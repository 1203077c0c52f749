package io.acceptor.engine;

import io.acceptor.StallReport;
import io.acceptor.queue.AcceptQueueReading;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds what does not move any more. Confined to the housekeeper.
 *
 * <p>A stall needs two ticks in a row and, for a loop, clients that wait (an unknown queue counts as waiting: then the
 * loop's phase and age decide alone). A tick that came late itself (garbage collection, SIGSTOP, a debugger) proves nothing
 * and is skipped.
 *
 * <p>Only time for which it was <em>held</em> makes a stall: the thread slept, or used a processor. A loop that has not moved for
 * as long and wanted a processor for the rest is starved, which is the machine's fault and no stall. At each tick from the first one
 * that finds it where it was a tick ago, {@link Watchable#runnableNanos} says which: the state of a thread at a tick stands for the
 * time since the tick before.
 */
final class Watchdog {
    static final String BLOCKED = "blocked";
    static final String COMPUTING = "computing";
    static final String STARVED = "starved";

    private final AcceptorContext context;
    private final Watchable watched;
    private int ticks;
    private long heldSince; // what stuckSince() was when the times below began
    private long accountedUntil;
    private long heldNanos;
    private long computedNanos; // of these
    private long processorNanos; // of its thread when it was last seen runnable
    private @Nullable String stuck; // how, as it was told

    Watchdog(AcceptorContext context, Watchable watched) {
        this.context = context;
        this.watched = watched;
    }

    void tick(long now, boolean late, AcceptQueueReading queue) {
        long since = watched.stuckSince();
        if (stuck != null && (since == 0 || since != heldSince)) {
            recover(now);
        }
        if (since == 0) {
            ticks = 0;
            return;
        }
        account(now, since);
        if (late || isStalled()) {
            return;
        }
        long threshold = context.settings().timing().stallThresholdNanos();
        boolean clientsWait = !watched.needsWaitingClients() || !queue.known() || queue.depth() > 0;
        ticks = now - since >= threshold && clientsWait ? ticks + 1 : 0;
        if (ticks >= 2 && heldNanos >= threshold) {
            report(now, since);
        } else if (ticks >= 2 && stuck == null) {
            starved(now - since);
        }
    }

    /** Adds the time since the last tick to that for which it was held, unless it was without the processor it wanted. */
    private void account(long now, long since) {
        if (since != heldSince) {
            heldSince = since;
            accountedUntil = since;
            heldNanos = 0;
            computedNanos = 0;
            processorNanos = SchedulerState.NOT_RUNNABLE;
        }
        if (now - since < Housekeeper.PERIOD_NANOS) {
            return; // as most turns of a busy loop: nothing to be suspected of
        }
        long passed = now - accountedUntil;
        accountedUntil = now;
        long processor = watched.runnableNanos();
        if (processor == SchedulerState.NOT_RUNNABLE) {
            heldNanos += passed;
            return;
        }
        long computed =
                processorNanos == SchedulerState.NOT_RUNNABLE ? 0 : Math.min(passed, processor - processorNanos);
        processorNanos = processor;
        heldNanos += computed;
        computedNanos += computed;
    }

    private boolean isStalled() {
        return stuck != null && !stuck.equals(STARVED);
    }

    private void report(long now, long since) {
        Thread thread = watched.thread();
        String how = thread == null ? "" : 2 * computedNanos > heldNanos ? COMPUTING : BLOCKED;
        stuck = how;
        watched.stuck(how);
        context.books().stalled();
        context.events()
                .stalled(new StallReport(
                        context.settings().name(),
                        thread == null ? "" : thread.getName(),
                        how,
                        watched.phase(),
                        Duration.ofNanos(now - since),
                        context.queue().glance(),
                        thread == null ? List.of() : List.of(thread.getStackTrace())));
    }

    private void starved(long nanos) {
        stuck = STARVED;
        watched.stuck(STARVED);
        context.events()
                .info(watched.phase() + " for " + TimeUnit.NANOSECONDS.toMillis(nanos)
                        + " ms: starved, which is no stall: the machine gives its thread too little of a processor");
    }

    private void recover(long now) {
        boolean stalled = isStalled();
        stuck = null;
        ticks = 0;
        watched.stuck(null);
        if (stalled) {
            context.events().stallEnded(Duration.ofNanos(now - heldSince));
        }
    }
}
