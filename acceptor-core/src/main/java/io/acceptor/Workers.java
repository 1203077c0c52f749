package io.acceptor;

import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Hands connections to a handler on an executor. */
final class Workers implements Recipient {
    /** Threads of the default pool where virtual threads are not used: Tomcat's default. */
    private static final int POOL_THREADS = 200;
    /** Before JDK 24 a virtual thread that blocks inside synchronized pins its carrier (JEP 491). */
    private static final int FIRST_JDK_WITHOUT_PINNING = 24;

    private final ConnectionHandler handler;
    private final Executor executor;
    private final @Nullable ExecutorService owned;
    private final int maxPending;
    private final long offerNanos;

    Workers(ConnectionHandler handler, @Nullable Executor executor, String name, int maxPending, long offerNanos) {
        this.handler = handler;
        ExecutorService ours = executor == null ? defaultExecutor(name) : null;
        this.owned = ours;
        this.executor = executor == null ? Objects.requireNonNull(ours) : executor;
        this.maxPending = maxPending;
        this.offerNanos = offerNanos;
    }

    private static ExecutorService defaultExecutor(String name) {
        if (Runtime.version().feature() >= FIRST_JDK_WITHOUT_PINNING) {
            openPollers();
            try {
                return (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
            } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("JDK " + Runtime.version() + " has no virtual threads", e);
            }
        }
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                POOL_THREADS, POOL_THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "acceptor-worker-" + name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * The JDK opens the epoll descriptors of virtual threads when the first one waits for a socket. If none is free then, no
     * virtual thread of the JVM can ever wait again. So they are opened now.
     */
    private static void openPollers() {
        try {
            Class.forName("sun.nio.ch.Poller");
        } catch (ClassNotFoundException e) {
            return; // a JDK that does it in another way
        }
    }

    @Override
    public void offer(NioConnection connection) {
        executor.execute(() -> run(connection));
    }

    @Override
    public void forget(NioConnection connection) {
        // its task finds that there is nothing to claim
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
        if (owned != null) {
            owned.shutdownNow();
        }
    }

    private void run(NioConnection connection) {
        if (connection.loop.isCurrentThread()) {
            throw new RejectedExecutionException("the executor runs its tasks on the accept loop");
        }
        if (!connection.claim()) {
            return;
        }
        try {
            HandlerConnection.serve(connection, handler);
        } catch (Throwable t) {
            connection.failedAfterClaim(t);
        }
    }
}
