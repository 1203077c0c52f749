package io.acceptor.engine;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.Peer;
import io.acceptor.metrics.AcceptorMetrics;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueReading;
import io.acceptor.queue.ListenCounters;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What one running server consists of besides its loops. Thread-safe. */
public final class AcceptorContext implements AcceptorMetrics.Source {
    private static final long BUSY_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Settings settings;
    private final int backlog;
    private final AcceptQueue queue;
    private final Books books = new Books();
    private final Events events;
    private final AdmissionControl admission;
    private final AcceptorMetrics metrics;
    private final List<WatchedLoop> loops = new CopyOnWriteArrayList<>();
    private final List<Runnable> checks = new CopyOnWriteArrayList<>();
    private final List<Watchdog> watchdogs = new CopyOnWriteArrayList<>();
    private final List<AcceptFailures> failures = new CopyOnWriteArrayList<>();
    private final WorkerShortage workerShortage = new WorkerShortage(this);
    private final OverflowWatch overflows = new OverflowWatch(ListenCounters::read);
    private volatile double busyShare = Double.NaN;
    private long busyFrom = System.nanoTime(); // the housekeeper's, after construction
    private long busyBefore; // the housekeeper's
    private volatile boolean listenerGone;
    private volatile boolean notReady;
    private volatile boolean closed;
    private final AtomicBoolean running = new AtomicBoolean();
    /** What {@link #start()} has begun, undone in reverse; made beforehand, for there may be no memory when it is needed. */
    private final List<Runnable> endings;

    /**
     * For a server whose listeners are bound.
     *
     * @param settings what it was told
     * @param local the address, with its real port
     * @param backlog listened with, 0 if unknown
     * @param listeners how many share the address
     */
    public AcceptorContext(Settings settings, InetSocketAddress local, int backlog, int listeners) {
        this(settings, backlog, AcceptQueue.of(local, backlog, listeners));
    }

    /**
     * For a server that has made its queue.
     *
     * @param settings what it was told
     * @param backlog listened with, 0 if unknown
     * @param queue of its listeners
     */
    public AcceptorContext(Settings settings, int backlog, AcceptQueue queue) {
        this.settings = settings;
        this.backlog = backlog;
        this.queue = queue;
        this.events = new Events(settings.name(), settings.listener());
        this.admission = new AdmissionControl(settings.limits(), events, this::currentLoop);
        this.metrics = new AcceptorMetrics(this);
        this.endings = List.of(
                () -> Housekeeper.unregister(this),
                events::close,
                metrics::close,
                ReserveDescriptor::release,
                () -> loops.forEach(WatchedLoop::end));
    }

    /** Starts the threads beside the loops. If that fails nothing of it stays. */
    public void start() {
        ReserveDescriptor.retain();
        running.set(true);
        try {
            AcceptFailures.rehearse(this);
            AcceptQueue.sample(
                    List.of(queue)); // its classes too must not be loaded when there is no memory or descriptor left
            events.start();
            Housekeeper.register(this);
            warnOfCap();
        } catch (Throwable t) {
            stop();
            throw t;
        }
    }

    private void warnOfCap() {
        OptionalInt cap = AcceptQueue.somaxconn();
        if (cap.isPresent() && backlog > cap.getAsInt()) {
            events.warn("backlog " + backlog + " is capped at " + cap.getAsInt() + " by net.core.somaxconn");
        }
    }

    /** From now on it is not healthy. */
    public void closed() {
        closed = true;
    }

    /** Ends the threads beside the loops and removes the meters. Idempotent. */
    public void stop() {
        closed = true;
        if (!running.compareAndSet(true, false)) {
            return;
        }
        Throwable failure = null;
        for (int i = 0; i < endings.size(); i++) {
            try {
                endings.get(i).run();
            } catch (Throwable t) { // the others have their turn all the same
                failure = t;
            }
        }
        if (failure != null) {
            events.failure("a part of the server could not be ended", failure);
        }
    }

    /** Has this thing watched from now on. */
    public void watch(Watchable watchable) {
        watchdogs.add(new Watchdog(this, watchable));
    }

    /**
     * Has this loop watched.
     *
     * @param pulse the loop's
     * @param check run by the housekeeper at each tick; must not block
     */
    public void watchLoop(Pulse pulse, Runnable check) {
        atEachTick(check);
        watchLoop(pulse);
    }

    /** Has the housekeeper run this at each tick; it must not block. */
    public void atEachTick(Runnable check) {
        checks.add(check);
    }

    /** Has this loop watched and its busy share counted. */
    public void watchLoop(WatchedLoop loop) {
        loops.add(loop);
        watch(loop);
        if (closed && !running.get()) {
            loop.end(); // stop() may not have seen it
        }
    }

    /**
     * The failures of one more loop.
     *
     * @param acceptsAhead whether the kernel accepts before it is asked for each connection
     */
    public AcceptFailures newFailures(boolean acceptsAhead) {
        AcceptFailures made = new AcceptFailures(this, acceptsAhead);
        failures.add(made);
        return made;
    }

    /** Books an accepted connection. */
    public Ticket accepted(Peer peer) {
        return new Ticket(this, books.accepted(), peer);
    }

    /** From now on no new clients should be sent here. */
    public void notReady() {
        notReady = true;
    }

    /** New clients may be sent here again: it is listened anew. */
    public void ready() {
        notReady = false;
    }

    private @Nullable WatchedLoop currentLoop() {
        for (WatchedLoop loop : loops) {
            if (loop.thread() == Thread.currentThread()) {
                return loop;
            }
        }
        return null;
    }

    /** The listening channel was closed by somebody else: nothing will be accepted any more. */
    public void listenerGone() {
        if (!listenerGone) {
            listenerGone = true;
            events.error("the listening channel was closed from outside; nothing is accepted any more");
        }
    }

    void tick(long now, boolean late) {
        AcceptQueueReading reading = queue.last();
        try {
            for (WatchedLoop loop : loops) {
                loop.tick(now);
            }
            for (Watchdog watchdog : watchdogs) {
                watchdog.tick(now, late, reading);
            }
            workerShortage.tick(now, late);
            checks.forEach(Runnable::run);
            long rise = overflows.tick(now, queue.full());
            if (rise > 0) {
                events.queueOverflowed(rise, queue.inspection());
            }
            measureBusy(now);
        } finally {
            events.wake();
        }
    }

    /** Whether it does its work. The calling thread looks into the accept queue for that ({@link AcceptQueue#glance()}). */
    public AcceptorHealth health() {
        List<String> dead = new ArrayList<>();
        List<String> unready = new ArrayList<>();
        if (closed) {
            dead.add("closed");
        }
        if (listenerGone) {
            dead.add("listening channel closed from outside");
        }
        for (WatchedLoop loop : loops) {
            Thread thread = loop.thread();
            if (!closed && thread != null && !thread.isAlive()) {
                dead.add("accept loop " + thread.getName() + " has ended");
            }
            String stuck = loop.stuck();
            if (Watchdog.STARVED.equals(stuck)) {
                unready.add("accept loop starved: the machine gives it too little of a processor");
            } else if (stuck != null) {
                dead.add("accept loop stalled (" + stuck + "): " + loop.phase());
            }
        }
        if (admission.isStalled()) {
            dead.add("the application does not call accept()");
        }
        if (notReady && !closed) {
            unready.add("draining");
        }
        failures.stream()
                .map(AcceptFailures::lacks)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(what -> unready.add("out of " + what));
        if (!closed && running.get() && !Housekeeper.isAlive()) {
            unready.add("acceptor-housekeeper has ended: nobody watches the loops");
        }
        String noWorkers = workerShortage.reason();
        if (noWorkers != null && !closed) {
            unready.add("no worker: " + noWorkers);
        }
        boolean live = dead.isEmpty();
        boolean ready = live && unready.isEmpty();
        dead.addAll(unready);
        return new AcceptorHealth(live, ready, dead, queue.glance());
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public AcceptorStats stats() {
        return books.snapshot(events.dropped());
    }

    @Override
    public AcceptQueue queue() {
        return queue;
    }

    @Override
    public double loopBusy() {
        return busyShare;
    }

    /** Housekeeper: the share of the last second that the loops were busy, over all of them. */
    private void measureBusy(long now) {
        long since = now - busyFrom;
        if (since < BUSY_WINDOW_NANOS) {
            return;
        }
        long busy = 0;
        boolean known = true;
        for (WatchedLoop loop : loops) {
            long nanos = loop.busyNanos(now);
            known &= nanos >= 0;
            busy += nanos;
        }
        double share = (double) (busy - busyBefore) / since / loops.size();
        busyShare = known ? Math.min(1, Math.max(0, share)) : Double.NaN;
        busyFrom = now;
        busyBefore = busy;
    }

    /** What it was told. */
    public Settings settings() {
        return settings;
    }

    /** Its counters. */
    public Books books() {
        return books;
    }

    /** Its log lines and listener events. */
    public Events events() {
        return events;
    }

    /** Whether newcomers get a worker. */
    public WorkerShortage workerShortage() {
        return workerShortage;
    }

    /** Who may stay. */
    public AdmissionControl admission() {
        return admission;
    }

    /** Its meters. */
    public AcceptorMetrics metrics() {
        return metrics;
    }
}
