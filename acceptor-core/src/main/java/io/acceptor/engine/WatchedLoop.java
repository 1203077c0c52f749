package io.acceptor.engine;

import io.acceptor.metrics.AcceptorMetrics;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** A loop that accepts or serves, as health and the watchdog see it: its thread, and which user code it is in. */
public abstract sealed class WatchedLoop implements Watchable permits Pulse, Heartbeat {
    // made with the class, for a first client should not wait until the JVM has made them
    private static final ObjLongConsumer<AcceptorMetrics> GREETING = AcceptorMetrics::recordGreeting;
    private static final ObjLongConsumer<AcceptorMetrics> QUEUE_WAIT = AcceptorMetrics::recordQueueWait;

    private final Thread thread;
    private final String work;
    private volatile String phase;
    private volatile @Nullable String stuck; // written by the housekeeper
    private volatile @Nullable SchedulerState scheduler; // written by the loop, once

    WatchedLoop(Thread thread, String work) {
        this.thread = thread;
        this.work = work;
        this.phase = work;
    }

    /**
     * User code is called; give back what {@link #phase()} was with {@link #working()}. An interrupt that somebody else has
     * left on the thread would make Resilience4j refuse a client.
     */
    public final void inUserCode(String what) {
        phase = what;
        Thread.interrupted();
    }

    /** User code is done. An interrupt it left behind would make the selector spin. */
    public final void working() {
        phase = work;
        Thread.interrupted();
    }

    /** Runs user code under this name. */
    public final void run(String what, Runnable userCode) {
        inUserCode(what);
        try {
            userCode.run();
        } finally {
            working();
        }
    }

    /** Records how long a client waited for its greeting, in nanoseconds. */
    public final void recordGreeting(AcceptorMetrics metrics, long nanos) {
        record(metrics, GREETING, nanos);
    }

    /** Records how long a connection waited in the accept queue, in nanoseconds. */
    public final void recordQueueWait(AcceptorMetrics metrics, long nanos) {
        record(metrics, QUEUE_WAIT, nanos);
    }

    /**
     * The timers behind the meters are code of the user's registries, and one that blocks holds up the loop: the watchdog must be
     * able to say so.
     */
    private void record(AcceptorMetrics metrics, ObjLongConsumer<AcceptorMetrics> meter, long nanos) {
        if (metrics.isBound()) {
            inUserCode("a timer of a meter registry");
            try {
                meter.accept(metrics, nanos);
            } finally {
                working();
            }
        }
    }

    /** Called by the housekeeper at each tick. */
    void tick(long now) {}

    /** Busy time so far; -1 when that is not known. */
    abstract long busyNanos(long now);

    /** How it is stuck, as {@link Watchable#stuck} was told. */
    final @Nullable String stuck() {
        return stuck;
    }

    /** To be called once on the loop, before it is busy: from now on it is known whether it has a processor. */
    public final void begin() {
        scheduler = SchedulerState.ofCurrentThread();
    }

    /** Gives back what {@link #begin()} has opened. Idempotent; any thread. */
    final void end() {
        SchedulerState open = scheduler;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public final long runnableNanos() {
        SchedulerState open = scheduler;
        return open == null ? SchedulerState.NOT_RUNNABLE : open.runnableNanos();
    }

    @Override
    public final String phase() {
        return phase;
    }

    @Override
    public final @Nullable Thread thread() {
        return thread;
    }

    @Override
    public final void stuck(@Nullable String how) {
        stuck = how;
    }
}
