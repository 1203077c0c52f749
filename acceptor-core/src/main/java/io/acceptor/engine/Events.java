package io.acceptor.engine;

import io.acceptor.AcceptorListener;
import io.acceptor.DrainReport;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.acceptor.StallReport;
import io.acceptor.queue.AcceptQueueInspection;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log lines and listener events of one server, delivered by a thread of its own, so that no appender and no listener can
 * hold up a loop or the watchdog.
 *
 * <p>Posting never waits: a full queue drops the event and counts it. Posting does not wake the thread either (a system
 * call for each connection); the housekeeper does, within a tick.
 */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger("io.acceptor");
    static final int CAPACITY = 8192;

    private final String name;
    private final @Nullable AcceptorListener listener;
    private final ArrayBlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong(); // counting needs no memory
    private final FailureLimiter failures = new FailureLimiter();
    private final ReentrantLock delivering = new ReentrantLock();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean threadGone;

    Events(String name, @Nullable AcceptorListener listener) {
        this.name = name;
        this.listener = listener;
        this.thread = new Thread(this::deliver, "acceptor-events-" + name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Delivers what is queued and ends; does not wait for that. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** Called by the housekeeper each tick. */
    void wake() {
        if (!queue.isEmpty()) {
            LockSupport.unpark(thread);
        }
    }

    long dropped() {
        return dropped.get();
    }

    private void deliver() {
        while (!closed) {
            try {
                deliverQueued();
                if (!closed && queue.isEmpty()) {
                    LockSupport.park(this);
                }
                Thread.interrupted(); // user code may have set it, and park would return at once for ever
            } catch (Throwable t) {
                dropped.incrementAndGet(); // no memory, or a ThreadDeath: this thread goes on
            }
        }
        threadGone = true; // from here on those who post deliver
        deliverQueued();
    }

    /** One event at a time; who finds somebody at it leaves that to them, for they look again. */
    private void deliverQueued() {
        while (!queue.isEmpty() && delivering.tryLock()) {
            try {
                for (Runnable event = queue.poll(); event != null; event = queue.poll()) {
                    deliver(event);
                }
            } finally {
                delivering.unlock();
            }
        }
    }

    private void deliver(Runnable event) {
        try {
            event.run();
        } catch (Throwable t) {
            listenerFailed(t);
        }
    }

    private void listenerFailed(Throwable cause) {
        try {
            long leftOut = failures.tryLog(System.nanoTime());
            if (leftOut >= 0) {
                logFailure("listener failed", leftOut, cause);
            }
        } catch (Throwable again) {
            dropped.incrementAndGet(); // the logger fails too: nobody is left to be told
        }
    }

    private void logFailure(String what, long leftOut, @Nullable Throwable cause) {
        String more = leftOut == 0 ? "" : " (and " + leftOut + " failures before that were not logged)";
        LOG.warn("{}: {}{}", name, what, more, cause);
    }

    /** Never waits while the server runs. Once it is closed, and its loops have ended, late events are delivered by who posts. */
    private void post(Runnable event) {
        if (!queue.offer(event)) {
            dropped.incrementAndGet();
        }
        if (threadGone) {
            deliverQueued();
        }
    }

    /** Throws nothing: who ends a connection has more to do. */
    void ended(Ticket ticket, Outcome outcome, @Nullable RejectReason reason) {
        try {
            boolean debug = LOG.isDebugEnabled();
            if (listener != null || debug) {
                postEnded(ticket, outcome, reason, debug);
            }
        } catch (Throwable t) {
            dropped.incrementAndGet();
        }
    }

    private void postEnded(Ticket ticket, Outcome outcome, @Nullable RejectReason reason, boolean debug) {
        AcceptorListener to = listener;
        long lasted = System.nanoTime() - ticket.acceptedNanos();
        post(() -> {
            if (debug) {
                LOG.debug(
                        "{}: #{} {} {}{}",
                        name,
                        ticket.id(),
                        ticket.peer().remoteAddress(),
                        outcome,
                        reason == null ? "" : " " + reason);
            }
            if (to != null) {
                to.onEnded(ticket.id(), ticket.peer(), outcome, reason, Duration.ofNanos(lasted));
            }
        });
    }

    void acceptFailed(AcceptFailures.Kind failure, Throwable cause) {
        post(() -> {
            String kind = failure.name().toLowerCase(Locale.ROOT);
            LOG.warn("{}: accept failed ({}): {}", name, kind, String.valueOf(cause));
            if (listener != null) {
                listener.onAcceptFailure(kind, cause);
            }
        });
    }

    void acceptRecovered(Duration lasted) {
        post(() -> {
            LOG.info("{}: accepting works again after {} ms", name, lasted.toMillis());
            if (listener != null) {
                listener.onAcceptRecovered(lasted);
            }
        });
    }

    void stalled(StallReport report) {
        post(() -> {
            LOG.warn("{}", report);
            if (listener != null) {
                listener.onStall(report);
            }
        });
    }

    void stallEnded(Duration lasted) {
        post(() -> {
            LOG.info("{}: stall ended after {} ms", name, lasted.toMillis());
            if (listener != null) {
                listener.onStallEnded(lasted);
            }
        });
    }

    void queueOverflowed(long rise, AcceptQueueInspection queue) {
        post(() -> {
            LOG.debug("{}: accept queue overflowed: {}", name, queue); // probes alone can do that
            if (listener != null) {
                listener.onQueueOverflow(rise, queue);
            }
        });
    }

    void drained(DrainReport report) {
        post(() -> {
            LOG.info("{}: {}", name, report);
            if (listener != null) {
                listener.onDrained(report);
            }
        });
    }

    /** User code failed, or memory did. At most a line a second, which says how many were left out. Throws nothing. */
    public void failure(String what, @Nullable Throwable cause) {
        try {
            long leftOut = failures.tryLog(System.nanoTime());
            if (leftOut >= 0) {
                post(() -> logFailure(what, leftOut, cause));
            }
        } catch (Throwable t) {
            dropped.incrementAndGet();
        }
    }

    /** Something is set up wrongly. */
    public void error(String what) {
        post(() -> LOG.error("{}: {}", name, what));
    }

    /** Something looks wrong but works. */
    public void warn(String what) {
        post(() -> LOG.warn("{}: {}", name, what));
    }

    /** Worth knowing. */
    public void info(String what) {
        post(() -> LOG.info("{}: {}", name, what));
    }
}
