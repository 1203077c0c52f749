package io.acceptor;

import io.acceptor.engine.AdmissionControl;
import io.acceptor.engine.Watchable;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.LinkedHashSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
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
    private final Condition changed = lock.newCondition();
    private final LinkedHashSet<NioConnection> waiting = new LinkedHashSet<>(); // guarded by lock
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

    /** Waits for the next connection and claims it. A timeout of 0 is none. Interrupts are kept for later, as ServerSocket does. */
    NioConnection take(int timeoutMillis) throws SocketException, SocketTimeoutException {
        long left = timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        boolean interrupted = false;
        lock.lock();
        callers++;
        stuckSince = 0;
        try {
            while (true) {
                if (closed) {
                    throw new SocketException("Socket closed");
                }
                NioConnection claimed = claimNext();
                if (claimed != null) {
                    return claimed;
                }
                if (left <= 0) {
                    throw new SocketTimeoutException("Accept timed out");
                }
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            callers--;
            if (callers == 0 && !waiting.isEmpty()) {
                stuckSince = now();
            }
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable NioConnection claimNext() {
        while (!waiting.isEmpty()) {
            NioConnection connection = waiting.iterator().next();
            waiting.remove(connection);
            if (claimOutsideLock(connection)) {
                return connection;
            }
        }
        return null;
    }

    /** Claiming a watched connection waits for the loop, which may be waiting for this lock. */
    private boolean claimOutsideLock(NioConnection connection) {
        lock.unlock();
        try {
            return connection.claim();
        } finally {
            lock.lock();
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
            changed.signal();
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
            changed.signalAll();
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
    public void stalled(boolean isStalled) {
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
