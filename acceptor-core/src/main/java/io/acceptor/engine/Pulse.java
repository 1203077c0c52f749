package io.acceptor.engine;

/**
 * What a loop of ours is doing and since when: written by the loop, read by the watchdog and the busy gauge.
 *
 * <p>"Busy" starts when the loop comes back from waiting and ends when it waits again; user code it calls is named.
 */
public final class Pulse extends WatchedLoop {
    private volatile long busySince;
    private long busyTotal; // the loop's
    private volatile long busyNanos; // busyTotal, for the others

    /** For the loop that runs on this thread. */
    public Pulse(Thread thread) {
        super(thread, "accept loop working");
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

    /** The current turn included. */
    @Override
    long busyNanos(long now) {
        long since = busySince;
        return busyNanos + (since == 0 ? 0 : Math.max(0, now - since));
    }

    @Override
    public long stuckSince() {
        return busySince;
    }

    @Override
    public boolean needsWaitingClients() {
        return true;
    }
}
