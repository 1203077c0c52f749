package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.WorkerShortage;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Hands connections to a handler on workers: the threads of an executor. Thread-safe. */
final class Workers implements Recipient, WorkerShortage.Workers {
    /** An offer that stands for so long has found no worker: idle ones take it within microseconds. */
    static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long MOST_REMIND_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Threads of the default pool where virtual threads are not used: Tomcat's default. */
    private static final int POOL_THREADS = 200;
    /** How soon a worker that found no memory looks again. */
    private static final long MEMORY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Before JDK 24 a virtual thread that blocks inside synchronized pins its carrier (JEP 491). */
    private static final int FIRST_JDK_WITHOUT_PINNING = 24;

    private final ConnectionHandler handler;
    private final int maxPending;
    private final long offerNanos;
    private final Executor executor;
    private final @Nullable WorkerPool pool;
    private final @Nullable Executor starter;
    private final List<ExecutorService> owned; // beside the pool
    private final WorkerShortage shortage;
    private final Runnable token = this::serveNext;
    private final HandOffQueue waiting = new HandOffQueue();
    private long movesReminded = -1; // guarded by this
    private long remindNanos = LATE_NANOS; // guarded by this
    private long remindAt; // guarded by this

    /**
     * Starts what threads the default executor needs.
     *
     * @param executor the user's, or null for the default one, which {@link #close()} ends
     */
    Workers(
            ConnectionHandler handler,
            @Nullable Executor executor,
            AcceptorContext context,
            int maxPending,
            long offerNanos) {
        this.handler = handler;
        this.maxPending = maxPending;
        this.offerNanos = offerNanos;
        this.shortage = context.workerShortage();
        if (executor != null) {
            this.executor = executor;
            this.pool = null;
            this.starter = null;
            this.owned = List.of();
        } else if (Runtime.version().feature() >= FIRST_JDK_WITHOUT_PINNING && openPollers()) {
            ExecutorService virtual = virtualThreads();
            ThreadPoolExecutor starting = StarterThread.of(context.name());
            this.executor = task -> starting.execute(() -> startVirtual(virtual, task));
            this.pool = null;
            this.starter = starting;
            this.owned = List.of(starting, virtual);
            starting.prestartCoreThread(); // last: nothing after it can fail and leave it running
        } else {
            this.owned = List.of();
            WorkerPool threads = new WorkerPool(
                    context.name(),
                    POOL_THREADS,
                    WorkerPool.IDLE_NANOS,
                    failure -> context.events().failure("a worker thread could not be started", failure));
            this.executor = threads;
            this.pool = threads;
            this.starter = null;
        }
    }

    /** On the starter: tries until there is the memory for a thread, for a token must not be lost. */
    private static void startVirtual(ExecutorService virtual, Runnable token) {
        while (!virtual.isShutdown()) {
            try {
                virtual.execute(token);
                return;
            } catch (RejectedExecutionException e) {
                return; // closed just now
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(virtual, MEMORY_PAUSE_NANOS);
            }
        }
    }

    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("JDK " + Runtime.version() + " has no virtual threads", e);
        }
    }

    /**
     * The JDK opens the epoll descriptors of virtual threads when the first one waits for a socket. If none is free then, no
     * virtual thread of the JVM can ever wait again. So they are opened now.
     *
     * @return false if that failed, now or at an earlier start that found no thread or descriptor: it is for good
     */
    private static boolean openPollers() {
        try {
            Class.forName("sun.nio.ch.Poller");
            return true;
        } catch (ClassNotFoundException e) {
            return true; // a JDK that does it in another way
        } catch (LinkageError e) {
            return false;
        }
    }

    @Override
    public void offer(NioConnection connection) {
        if (waiting.add(connection, connection.hasSpoken())) {
            sendToken();
        }
    }

    private void sendToken() {
        try {
            executor.execute(token);
        } catch (Throwable t) {
            waiting.tokenReturned();
            throw t;
        }
    }

    @Override
    public void spoke(NioConnection connection) {
        waiting.spoke(connection);
    }

    @Override
    public void forget(NioConnection connection) {
        waiting.remove(connection);
    }

    @Override
    public boolean clientsWait() {
        if (starter != null) {
            return false; // there is a virtual thread for everybody, if late on a busy machine
        }
        boolean noneFree = pool != null && pool.isExhausted();
        return noneFree ? !waiting.isEmpty() : someWaitLong();
    }

    /** Whether somebody has waited for so long that idle workers cannot be on their way. */
    private boolean someWaitLong() {
        long oldest = waiting.oldestOffer();
        return oldest != Long.MAX_VALUE && System.nanoTime() - oldest >= LATE_NANOS;
    }

    @Override
    public boolean isFree() {
        return pool == null ? starter != null : !pool.isExhausted();
    }

    /**
     * A user's executor may have discarded tokens, or be dead: while somebody waits, or while it is not known whether there are workers
     * again, one is sent after 100 ms, then after twice as long each time, at most {@link #MOST_REMIND_NANOS}, until one is run. Workers
     * of ours should lose none; they are reminded all the same while somebody waits and they are not all busy.
     */
    @Override
    public long remind() {
        boolean late = someWaitLong();
        boolean ours = pool != null || starter != null;
        if (!late && (ours || shortage.reason() == null)) {
            return Long.MAX_VALUE;
        }
        if (pool != null && pool.isExhausted()) {
            return LATE_NANOS; // whoever comes free looks for tokens
        }
        long now = System.nanoTime();
        boolean send;
        long left;
        synchronized (this) {
            long moves = shortage.moves();
            if (moves != movesReminded) {
                movesReminded = moves;
                remindNanos = LATE_NANOS;
                remindAt = now;
            }
            send = now - remindAt >= 0 && (!late || waiting.tokenLost());
            if (now - remindAt >= 0) {
                remindAt = now + remindNanos;
                remindNanos = Math.min(2 * remindNanos, MOST_REMIND_NANOS);
            }
            left = remindAt - now;
        }
        if (send) {
            sendToken();
        }
        return left;
    }

    @Override
    public void wake(Runnable wakesWorker) {
        StarterThread.runOn(starter, wakesWorker);
    }

    @Override
    public int maxPending() {
        return maxPending;
    }

    @Override
    public long offerNanos() {
        return offerNanos;
    }

    void close() {
        if (pool != null) {
            pool.close();
        }
        owned.forEach(ExecutorService::shutdownNow);
    }

    /** The task in the executor. */
    private void serveNext() {
        if (NioLoop.isLoop(Thread.currentThread())) {
            throw new RejectedExecutionException("the executor runs its tasks on the accept loop");
        }
        waiting.tokenReturned();
        do {
            shortage.moved();
            serveOne();
        } while (waiting.lacksTokens() && !Thread.currentThread().isInterrupted()); // as the executor would have it
    }

    private void serveOne() {
        for (NioConnection next = next(); next != null; next = next()) {
            if (next.claim()) {
                serve(next);
                return;
            }
        }
    }

    /** A worker without the memory to take a connection waits for it: its token must not be lost. */
    private @Nullable NioConnection next() {
        while (true) {
            try {
                return waiting.poll();
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(this, MEMORY_PAUSE_NANOS);
            }
        }
    }

    private void serve(NioConnection connection) {
        try {
            HandlerConnection.serve(connection, handler);
        } catch (Throwable t) {
            connection.failedAfterClaim(t);
        }
    }
}
