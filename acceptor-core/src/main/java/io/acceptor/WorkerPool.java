package io.acceptor;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The worker threads of an {@link Acceptor} where virtual threads are not used: daemons, at most so many, started by a thread of
 * the pool's own and never by who hands a task over. Thread-safe.
 *
 * <p>The thread that has become idle last gets the next task, so that few stay warm and the others end after 30 s. A task for
 * which nobody is idle waits; whoever hands tasks over bounds their number.
 */
final class WorkerPool implements Executor {
    /** As long as {@link java.util.concurrent.Executors#newCachedThreadPool()} keeps its idle threads, halved. */
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** How soon a thread is asked for again when the system had none. */
    private static final long START_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String name;
    private final int max;
    private final long idleNanos;
    private final Consumer<Throwable> startFailed;
    private final Runnable startWorker = this::startWorker; // made here, since it is a loop that asks first
    private final ThreadPoolExecutor starter;
    private final ArrayDeque<Worker> idle = new ArrayDeque<>(); // guarded by this
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(); // guarded by this
    private final Set<Worker> started = new HashSet<>(); // guarded by this
    private int threads; // started or asked for; guarded by this
    private long number; // the starter's
    private boolean closed; // guarded by this

    /**
     * Starts the thread that starts the workers.
     *
     * @param name of the server, for the threads' names
     * @param max how many threads there may be
     * @param idleNanos after which an idle one ends
     * @param startFailed told when the system had no thread; must not block
     */
    WorkerPool(String name, int max, long idleNanos, Consumer<Throwable> startFailed) {
        this.name = name;
        this.max = max;
        this.idleNanos = idleNanos;
        this.startFailed = startFailed;
        this.starter = StarterThread.of(name);
        this.starter.prestartCoreThread();
    }

    @Override
    public void execute(Runnable task) {
        Worker worker;
        boolean start = false;
        synchronized (this) {
            if (closed) {
                throw new RejectedExecutionException("the server is closed");
            }
            worker = idle.pollLast();
            if (worker != null) {
                worker.task = task;
            } else {
                tasks.add(task);
                start = threads < max;
                threads += start ? 1 : 0;
            }
        }
        if (worker != null) {
            LockSupport.unpark(worker);
        } else if (start) {
            askForWorker(task);
        }
    }

    private void askForWorker(Runnable task) {
        boolean asked = false;
        try {
            starter.execute(startWorker);
            asked = true;
        } finally {
            if (!asked) {
                takeBack(task);
            }
        }
    }

    private synchronized void takeBack(Runnable task) {
        threads--;
        tasks.removeLastOccurrence(task);
    }

    /** Whether all threads that there may be are busy. */
    synchronized boolean isExhausted() {
        return threads >= max && idle.isEmpty();
    }

    synchronized int idle() {
        return idle.size();
    }

    /** Tries until there is a thread for the tasks that wait, or none is needed any more. */
    private void startWorker() {
        while (isNeeded()) {
            Worker worker = null;
            try {
                worker = new Worker("acceptor-worker-" + name + "-" + ++number);
                synchronized (this) {
                    started.add(worker);
                }
                worker.start();
                return;
            } catch (Throwable t) {
                notStarted(worker, t);
                LockSupport.parkNanos(this, START_PAUSE_NANOS);
            }
        }
    }

    private synchronized boolean isNeeded() {
        boolean needed = !closed && !tasks.isEmpty();
        threads -= needed ? 0 : 1;
        return needed;
    }

    /** Throws nothing: the starter must go on. */
    private void notStarted(@Nullable Worker worker, Throwable failure) {
        synchronized (this) {
            started.remove(worker);
        }
        try {
            startFailed.accept(failure);
        } catch (Throwable again) {
            Thread.onSpinWait(); // no memory to say so
        }
    }

    /** A worker that somebody has ended (Thread.stop, before JDK 20) leaves the task that it was given to another one. */
    private void ended(Worker worker) {
        @Nullable Runnable left;
        synchronized (this) {
            threads--;
            started.remove(worker);
            idle.remove(worker);
            left = closed ? null : worker.task;
        }
        if (left != null) {
            execute(left);
        }
    }

    /** Interrupts all threads; they end when their tasks do. Tasks that wait are dropped. Idempotent. */
    void close() {
        synchronized (this) {
            closed = true;
            tasks.clear();
            started.forEach(Thread::interrupt);
        }
        starter.shutdownNow();
    }

    /** A thread that runs one task after the other. */
    private final class Worker extends Thread {
        private @Nullable Runnable task; // guarded by the pool

        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                for (Runnable next = next(); next != null; next = next()) {
                    run(next);
                }
            } finally {
                ended(this);
            }
        }

        private static void run(Runnable task) {
            try {
                task.run();
            } catch (Throwable t) {
                // the task has told of it; the thread is there for the next one
            }
            Thread.interrupted(); // that was the task's own business
        }

        /** Takes a task that waits, or waits for one. Gives null when the thread is to end. */
        private @Nullable Runnable next() {
            synchronized (WorkerPool.this) {
                Runnable waiting = tasks.poll();
                if (waiting != null || closed) {
                    return waiting;
                }
                idle.addLast(this);
            }
            long deadline = System.nanoTime() + idleNanos;
            while (true) {
                LockSupport.parkNanos(WorkerPool.this, deadline - System.nanoTime());
                Thread.interrupted(); // a handler may have left it behind, and parking would stop working
                synchronized (WorkerPool.this) {
                    Runnable given = task;
                    task = null;
                    if (given != null || closed) {
                        return given;
                    }
                    if (deadline - System.nanoTime() <= 0) {
                        idle.remove(this);
                        return null;
                    }
                }
            }
        }
    }
}
