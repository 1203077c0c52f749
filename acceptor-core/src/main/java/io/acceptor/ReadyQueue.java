package io.acceptor;

import io.acceptor.engine.AdmissionControl;
import io.acceptor.engine.Watchable;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connections ready for accept() of a drop-in server socket. Those that die while they wait are forgotten. Thread-safe.
 *
 * <p>As a {@link Watchable} it is stuck while connections wait and nobody is in accept(). Once reported it stays so until
 * accept() is called again, even if all who waited have left: a dead application must not look alive in between.
 */
final class ReadyQueue implements Recipient, Watchable {
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashSet<NioConnection> waiting = new LinkedHashSet<>(); // guarded by lock
    private final LinkedHashSet<Caller> parked = new LinkedHashSet<>(); // to be woken, longest first; guarded by lock
    private int callers; // in accept(); guarded by lock
    private boolean closed; // guarded by lock
    private boolean stalled; // guarded by lock
    private volatile long stuckSince; // written under lock
    private volatile @Nullable AdmissionControl admission;

    ReadyQueue(int capacity) {
        this.capacity = capacity;
    }

    void refusesThrough(AdmissionControl control) {
        admission = control;
    }

    /**
     * Waits for the next connection and claims it. As in a plain ServerSocket, an interrupt is kept for later on a platform thread and
     * ends the wait of a virtual one. All waiting is parking without the lock: a thread that is stopped here (JDK 17) leaves nothing locked.
     *
     * @param timeoutNanos from {@code start} on, over all calls of one accept()
     * @throws InterruptedIOException if a virtual thread is interrupted while it would have to wait; its flag stays set
     */
    NioConnection take(long start, long timeoutNanos) throws SocketException, InterruptedIOException {
        Caller caller = new Caller(Thread.currentThread());
        enter();
        try {
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
    private static final class Caller {
        private final Thread thread;
        private boolean interrupted;

        Caller(Thread thread) {
            this.thread = thread;
        }

        void park(long nanos) throws InterruptedIOException {
            if (nanos <= 0) {
                throw new SocketTimeoutException("Accept timed out");
            }
            if (thread.isInterrupted()) {
                if (VirtualThreads.isVirtual(thread)) {
                    throw new InterruptedIOException("accept() was interrupted");
                }
                interrupted |= Thread.interrupted(); // or it would not park
            }
            LockSupport.parkNanos(this, nanos);
        }
    }

    private void enter() {
        lock.lock();
        try {
            callers++;
            stuckSince = 0;
        } finally {
            lock.unlock();
        }
    }

    /** The first that waits; if there is none, the caller is among those to be woken from now on. */
    private @Nullable NioConnection nextFor(Caller caller) throws SocketException {
        lock.lock();
        try {
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
        } finally {
            lock.unlock();
        }
    }

    /** Not under the lock: claiming a watched connection waits for the loop, which may be waiting for the lock. */
    private static boolean claim(NioConnection connection) {
        try {
            return connection.claim();
        } catch (Throwable t) {
            connection.failedAfterClaim(t);
            throw t;
        }
    }

    private void leave(Caller caller) {
        lock.lock();
        try {
            callers--;
            parked.remove(caller);
            if (!waiting.isEmpty()) {
                if (callers == 0) {
                    stuckSince = now();
                }
                wakeOne(); // it may have been woken for one that it does not take
            }
        } finally {
            lock.unlock();
        }
        if (caller.interrupted) {
            caller.thread.interrupt();
        }
    }

    /** Under the lock. */
    private void wakeOne() {
        Iterator<Caller> first = parked.iterator();
        if (first.hasNext()) {
            LockSupport.unpark(first.next().thread);
            first.remove();
        }
    }

    @Override
    public void offer(NioConnection connection) {
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            waiting.add(connection);
            if (callers == 0 && stuckSince == 0) {
                stuckSince = now();
            }
            wakeOne();
        } finally {
            lock.unlock();
        }
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
    public void forget(NioConnection connection) {
        lock.lock();
        try {
            waiting.remove(connection);
            if (waiting.isEmpty() && !stalled) {
                stuckSince = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            stuckSince = 0;
            waiting.clear();
            parked.forEach(caller -> LockSupport.unpark(caller.thread));
        } finally {
            lock.unlock();
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
        lock.lock();
        try {
            stalled = isStalled;
        } finally {
            lock.unlock();
        }
        AdmissionControl control = admission;
        if (control != null) {
            control.stalled(isStalled);
        }
    }
}
