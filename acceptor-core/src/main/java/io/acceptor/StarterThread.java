package io.acceptor;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The daemon thread {@code acceptor-starter-NAME}, which starts workers and wakes virtual threads: either may start a thread, and no
 * accept loop does that.
 */
final class StarterThread {
    private StarterThread() {}

    /** An executor of that one thread, which {@link ThreadPoolExecutor#prestartCoreThread()} starts. */
    static ThreadPoolExecutor of(String name) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "acceptor-starter-" + name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs a short task there, or here if there is no such thread, or no memory to hand it over, or the server is closed. */
    static void runOn(@Nullable Executor starter, Runnable task) {
        if (starter != null) {
            try {
                starter.execute(task);
                return;
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // later or never is worse
            }
        }
        task.run();
    }
}
