package io.acceptor.engine;

import io.acceptor.queue.AcceptQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One thread a JVM that samples the accept queues of all servers, watches their loops and wakes their event threads. Runs
 * no user code, so that nobody can blind it. Lives while a server does.
 */
final class Housekeeper implements Runnable {
    /** A burst of 50 ms must be seen twice. */
    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final Object LOCK = new Object();
    private static final CopyOnWriteArrayList<AcceptorContext> SERVERS = new CopyOnWriteArrayList<>();
    private static @Nullable Thread thread; // guarded by LOCK

    private Housekeeper() {}

    static void register(AcceptorContext server) {
        synchronized (LOCK) {
            SERVERS.add(server);
            if (thread == null) {
                thread = new Thread(new Housekeeper(), "acceptor-housekeeper");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    static void unregister(AcceptorContext server) {
        synchronized (LOCK) {
            SERVERS.remove(server);
        }
    }

    @Override
    public void run() {
        long next = System.nanoTime() + PERIOD_NANOS;
        while (!leave()) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(this, wait);
                Thread.interrupted(); // nobody's business to interrupt it; parking would stop working
                if (System.nanoTime() - next < 0) {
                    continue;
                }
            }
            long now = System.nanoTime();
            boolean late = now - next > PERIOD_NANOS;
            tick(now, late);
            next = late ? System.nanoTime() + PERIOD_NANOS : next + PERIOD_NANOS;
        }
    }

    private static boolean leave() {
        synchronized (LOCK) {
            if (SERVERS.isEmpty()) {
                thread = null;
                return true;
            }
            return false;
        }
    }

    private static void tick(long now, boolean late) {
        try {
            List<AcceptQueue> queues = new ArrayList<>(SERVERS.size());
            for (AcceptorContext server : SERVERS) {
                queues.add(server.queue());
            }
            AcceptQueue.sample(queues);
        } catch (Throwable t) {
            failed(t);
        }
        for (AcceptorContext server : SERVERS) {
            try {
                server.tick(now, late);
            } catch (Throwable t) {
                failed(t);
            }
        }
    }

    /** An OutOfMemoryError, say: the next tick tries again, and this thread must not die. */
    private static void failed(Throwable t) {
        try {
            LoggerFactory.getLogger("io.acceptor").warn("housekeeper tick failed", t);
        } catch (Throwable again) {
            Thread.onSpinWait();
        }
    }
}
