package io.acceptor.engine;

import io.acceptor.metrics.AcceptorMetrics;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A loop that accepts or serves, as health and the watchdog see it: its thread, and which user code it is in. */
public abstract sealed class WatchedLoop implements Watchable permits Pulse, Heartbeat {
    private final Thread thread;
    private final String work;
    private volatile String phase;
    private volatile boolean stalled;

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

    /**
     * Records a time. The timers behind the meters are code of the user's registries, and one that blocks holds up the loop:
     * the watchdog must be able to say so.
     *
     * @param metrics whose
     * @param meter records it
     * @param nanos the time
     */
    public final void record(AcceptorMetrics metrics, LongConsumer meter, long nanos) {
        if (metrics.isBound()) {
            run("a timer of a meter registry", () -> meter.accept(nanos));
        }
    }

    /** Called by the housekeeper at each tick. */
    void tick(long now) {}

    /** Busy time so far; -1 when that is not known. */
    abstract long busyNanos(long now);

    final boolean isStalled() {
        return stalled;
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
    public final void stalled(boolean isStalled) {
        stalled = isStalled;
    }
}
