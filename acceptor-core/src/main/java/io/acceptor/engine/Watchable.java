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

    /** Told when a stall is found and when it is over. */
    void stalled(boolean isStalled);
}
