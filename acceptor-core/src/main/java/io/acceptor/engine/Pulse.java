package io.acceptor.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a loop is doing and since when: written by the loop, read by the watchdog and the busy gauge.
 *
 * <p>"Busy" starts when the loop comes back from waiting and ends when it waits again; user code it calls is named.
 */
public final class Pulse implements Watchable {
    private static final String WORKING = "accept loop working";

    private final Thread thread;
    private volatile long busySince;
    private volatile String phase = WORKING;
    private volatile boolean stalled;
    private long busyTotal; // the loop's
    private volatile long busyNanos; // busyTotal, for the others

    /** For the loop that runs on this thread. */
    public Pulse(Thread thread) {
        this.thread = thread;
    }

    /** The loop is about to wait for events. */
    public void waiting() {
        long since = busySince;
        if (since != 0) {
            busyTotal += System.nanoTime() - since;
            busyNanos = busyTotal;
            busySince = 0;
        }
    }

    /** The loop has work. */
    public void busy() {
        long now = System.nanoTime();
        busySince = now == 0 ? 1 : now;
    }

    /** User code is called; give back what {@link #phase()} was with {@link #working()}. */
    public void inUserCode(String what) {
        phase = what;
    }

    /** User code is done. An interrupt it left behind would make the selector spin. */
    public void working() {
        phase = WORKING;
        Thread.interrupted();
    }

    /** Busy time so far, the current turn included. */
    long busyNanos(long now) {
        long since = busySince;
        return busyNanos + (since == 0 ? 0 : Math.max(0, now - since));
    }

    boolean isStalled() {
        return stalled;
    }

    @Override
    public long stuckSince() {
        return busySince;
    }

    @Override
    public String phase() {
        return phase;
    }

    @Override
    public @Nullable Thread thread() {
        return thread;
    }

    @Override
    public boolean needsWaitingClients() {
        return true;
    }

    @Override
    public void stalled(boolean isStalled) {
        stalled = isStalled;
    }
}
