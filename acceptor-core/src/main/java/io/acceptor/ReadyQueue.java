package io.acceptor;

import io.acceptor.engine.AdmissionControl;
import io.acceptor.engine.Watchable;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Connections ready for accept() of a drop-in server socket. Those that die while they wait are forgotten. Thread-safe.
 *
 * <p>As a {@link Watchable} it is stuck while connections wait and nobody is in accept(). Once reported it stays so until
 * accept() is called again, even if all who waited have left: a dead application must not look alive in between.
 *
 * <p>The monitor is held for a few instructions. It is a monitor and not a lock for the reason given in {@link HandOffQueue}.
 */
final class ReadyQueue implements Recipient, Watchable {
    private final int capacity;
    private final String name;
    private final LinkedHashSet<NioConnection> waiting = new LinkedHashSet<>(); // guarded by this
    private final LinkedHashSet<Caller> parked = new LinkedHashSet<>(); // to be woken, longest first; guarded by this
    private int callers; // in accept(); guarded by this
    private boolean closed; // guarded by this
    private boolean stalled; // guarded by this
    private volatile long stuckSince; // written under this
    private volatile @Nullable AdmissionControl admission;
    /** Wakes virtual threads, for which the JDK may start a carrier thread; made by the first of them. Written under this. */
    private volatile @Nullable ThreadPoolExecutor waker;

    /**
     * For one server socket.
     *
     * @param name of the server, for the thread's name
     */
    ReadyQueue(int capacity, String name) {
        this.capacity = capacity;
        this.name = name;
    }

    void refusesThrough(AdmissionControl control) {
        admission = control;
    }

    /**
     * Waits for the next connection and claims it. As in a plain ServerSocket, an interrupt is kept for later on a platform thread and
     * ends the wait of a virtual one. All waiting is parking without the monitor: a thread that is stopped here (JDK 17) leaves nothing locked.
     *
     * @param timeoutNanos from {@code start} on, over all calls of one accept()
     * @throws InterruptedIOException if a virtual thread is interrupted while it would have to wait; its flag stays set
     */
    NioConnection take(long start, long timeoutNanos) throws SocketException, InterruptedIOException {
        Caller caller = new Caller(Thread.currentThread());
        enter();
        try {
            if (caller.isVirtual && waker == null) {
                startWaker();
            }
            while (true) {
                NioConnection next = nextFor(caller);
                if (next == null) {
                    caller.park(timeoutNanos - (System.nanoTime() - start));
                } else if (claim(next)) {
                    return next;
                }
            }
        } finally {
            leave(caller);
        }
    }

    /** One call of accept(), confined to its thread. */
    private static final class Caller implements Runnable {
        private final Thread thread;
        private final boolean isVirtual;
        private boolean interrupted;

        Caller(Thread thread) {
            this.thread = thread;
            this.isVirtual = VirtualThreads.isVirtual(thread);
        }

        /** Wakes it. */
        @Override
        public void run() {
            LockSupport.unpark(thread);
        }

        void park(long nanos) throws InterruptedIOException {
            if (nanos <= 0) {
                throw new SocketTimeoutException("Accept timed out");
            }
            if (thread.isInterrupted()) {
                if (isVirtual) {
                    throw new InterruptedIOException("accept() was interrupted");
                }
                interrupted |= Thread.interrupted(); // or it would not park
            }
            LockSupport.parkNanos(this, nanos);
        }
    }

    private synchronized void enter() {
        callers++;
        stuckSince = 0;
    }

    /** The first that waits; if there is none, the caller is among those to be woken from now on. */
    private synchronized @Nullable NioConnection nextFor(Caller caller) throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
        parked.remove(caller);
        Iterator<NioConnection> first = waiting.iterator();
        if (!first.hasNext()) {
            parked.add(caller);
            return null;
        }
        NioConnection next = first.next();
        first.remove();
        return next;
    }

    /** Not under the monitor: claiming a watched connection waits for the loop, which may be waiting for the monitor. */
    private static boolean claim(NioConnection connection) {
        try {
            return connection.claim();
        } catch (Throwable t) {
            connection.failedAfterClaim(t);
            throw t;
        }
    }

    private void leave(Caller caller) {
        synchronized (this) {
            callers--;
            parked.remove(caller);
            if (!waiting.isEmpty()) {
                if (callers == 0) {
                    stuckSince = now();
                }
                wakeOne(); // it may have been woken for one that it does not take
            }
        }
        if (caller.interrupted) {
            caller.thread.interrupt();
        }
    }

    /** Under the monitor. */
    private void wakeOne() {
        Iterator<Caller> first = parked.iterator();
        if (first.hasNext()) {
            Caller caller = first.next();
            StarterThread.runOn(caller.isVirtual ? waker : null, caller);
            first.remove();
        }
    }

    /** Without a thread to be had for that, the loop wakes them. */
    private synchronized void startWaker() {
        if (waker == null && !closed) {
            try {
                ThreadPoolExecutor starter = StarterThread.of(name);
                starter.prestartCoreThread();
                waker = starter;
            } catch (OutOfMemoryError e) {
                waker = null;
            }
        }
    }

    @Override
    public void wake(Runnable wakesCaller) {
        StarterThread.runOn(waker, wakesCaller);
    }

    @Override
    public synchronized void offer(NioConnection connection) {
        if (closed) {
            throw new RejectedExecutionException("closed");
        }
        waiting.add(connection);
        if (callers == 0 && stuckSince == 0) {
            stuckSince = now();
        }
        wakeOne();
    }

    @Override
    public void spoke(NioConnection connection) {
        // whoever calls accept() gets them in the order of the offers
    }

    @Override
    public boolean clientsWait() {
        return false; // the application has no workers that we know of
    }

    @Override
    public synchronized void forget(NioConnection connection) {
        waiting.remove(connection);
        if (waiting.isEmpty() && !stalled) {
            stuckSince = 0;
        }
    }

    synchronized void close() {
        closed = true;
        stuckSince = 0;
        waiting.clear();
        parked.forEach(Caller::run);
        if (waker != null) {
            waker.shutdown();
        }
    }

    private static long now() {
        long now = System.nanoTime();
        return now == 0 ? 1 : now;
    }

    @Override
    public int maxPending() {
        return capacity;
    }

    @Override
    public long offerNanos() {
        return Long.MAX_VALUE / 2; // as long as the kernel would keep it
    }

    @Override
    public long stuckSince() {
        return stuckSince;
    }

    @Override
    public String phase() {
        return "the application does not call accept()";
    }

    @Override
    public @Nullable Thread thread() {
        return null;
    }

    @Override
    public boolean needsWaitingClients() {
        return false;
    }

    @Override
    public void stuck(@Nullable String how) {
        boolean isStalled = how != null;
        synchronized (this) {
            stalled = isStalled;
        }
        AdmissionControl control = admission;
        if (control != null) {
            control.stalled(isStalled);
        }
    }
}
