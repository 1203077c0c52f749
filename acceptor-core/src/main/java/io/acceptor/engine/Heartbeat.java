package io.acceptor.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * What a loop of somebody else's is doing: it is asked to run a task now and then, and is stuck from then on until it does.
 * How busy it is cannot be seen that way, so the processor time of its thread stands for that. Thread-safe.
 */
public final class Heartbeat extends WatchedLoop {
    /** Often enough for the shortest stall threshold, 100 ms, to be exceeded by no more than that. */
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final ThreadMXBean PROCESSOR_TIME = ManagementFactory.getThreadMXBean();

    private final Executor loop;
    private final boolean accepts;
    private final long processorBefore;
    private volatile long askedAt; // 0 when answered
    private long lastAsked = System.nanoTime() - INTERVAL_NANOS; // the housekeeper's

    /**
     * For one loop.
     *
     * @param thread it runs on
     * @param loop runs the task that answers
     * @param accepts whether it takes connections from the kernel, so that being stuck matters only while some wait there
     */
    public Heartbeat(Thread thread, Executor loop, boolean accepts) {
        super(thread, accepts ? "accept loop working" : "event loop working");
        this.loop = loop;
        this.accepts = accepts;
        this.processorBefore = processorNanos(thread);
    }

    /** By the thread's own clock in the kernel; -1 if the platform has none, or it has ended. */
    private static long processorNanos(Thread thread) {
        return PROCESSOR_TIME.isThreadCpuTimeSupported() && PROCESSOR_TIME.isThreadCpuTimeEnabled()
                ? PROCESSOR_TIME.getThreadCpuTime(thread.getId())
                : -1;
    }

    @Override
    long busyNanos(long now) {
        Thread thread = thread();
        long processor = thread == null || processorBefore < 0 ? -1 : processorNanos(thread);
        return processor < 0 ? -1 : processor - processorBefore;
    }

    @Override
    void tick(long now) {
        if (askedAt != 0 || now - lastAsked < INTERVAL_NANOS) {
            return;
        }
        lastAsked = now;
        askedAt = now == 0 ? 1 : now;
        try {
            loop.execute(() -> askedAt = 0);
        } catch (RejectedExecutionException e) {
            askedAt = 0; // it has ended, which is no stall
        }
    }

    @Override
    public long stuckSince() {
        return askedAt;
    }

    @Override
    public boolean needsWaitingClients() {
        return accepts;
    }
}
