package io.acceptor.engine;

import org.jspecify.annotations.Nullable;

/** Something that must keep moving, as the watchdog sees it. Read by the housekeeper at each tick. */
public interface Watchable {
    /** Since when it has been doing one and the same thing, on {@link System#nanoTime()}; 0 while it waits by choice. */
    long stuckSince();

    /** What it is doing, in words. */
    String phase();

    /** The thread to show, or null if what is missing is a thread. */
    @Nullable
    Thread thread();

    /** Whether being stuck matters only while the kernel's accept queue holds connections. */
    boolean needsWaitingClients();

    /**
     * The processor time of its thread so far, if the thread runs or waits for a processor; {@link SchedulerState#NOT_RUNNABLE} if
     * it sleeps, or if that is not known. Asked only while it has been stuck for a tick at least.
     */
    default long runnableNanos() {
        return SchedulerState.NOT_RUNNABLE;
    }

    /**
     * Told when it is found stuck and when that is over.
     *
     * @param how {@code "blocked"} or {@code "computing"} for a stall, {@code ""} for one without a thread; {@code "starved"} for a
     *     thread that gets no processor; null when it moves again
     */
    void stuck(@Nullable String how);
}
