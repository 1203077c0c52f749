package io.acceptor.bench.peers;

import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Pools of platform threads, the same for every server that needs one from outside. */
final class WorkerPool {
    private WorkerPool() {}

    /**
     * A cached pool, as the plain loop of every textbook has it, or one of a fixed size with a queue without a bound.
     *
     * @param name the threads' name
     * @param workers the fixed size; empty for a cached pool
     */
    static ExecutorService of(String name, OptionalInt workers) {
        ThreadFactory threads = named(name);
        return workers.isPresent()
                ? Executors.newFixedThreadPool(workers.getAsInt(), threads)
                : Executors.newCachedThreadPool(threads);
    }

    /** Daemons: a client that stays must not keep the process alive. */
    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-worker-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
