package io.acceptor.engine;

import io.acceptor.queue.AcceptQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread a JVM that samples the accept queues of all servers, watches their loops and wakes their event threads. Runs
 * no user code, so that nobody can blind it. Lives while a server does; whatever fails in a tick, the next one tries again.
 * Should it die all the same, the health of every server says so, and the next server that starts brings a new one.
 */
final class Housekeeper implements Runnable {
    /** A burst of 50 ms must be seen twice. */
    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final Object LOCK = new Object();
    /** Guarded by LOCK. Taking a server out of it needs no memory. */
    private static final List<AcceptorContext> SERVERS = new ArrayList<>();

    private static volatile @Nullable Thread thread; // written under LOCK

    private Housekeeper() {}

    /** Watches a server from now on. If there is no thread to be had for that, it throws and nothing has changed. */
    static void register(AcceptorContext server) {
        synchronized (LOCK) {
            SERVERS.add(server);
            try {
                startIfDead();
            } catch (Throwable t) {
                SERVERS.remove(server);
                throw t;
            }
        }
    }

    private static void startIfDead() {
        if (!isAlive()) {
            Thread made = new Thread(new Housekeeper(), "acceptor-housekeeper");
            made.setDaemon(true);
            made.start();
            thread = made; // not before it has started
        }
    }

    static boolean isAlive() {
        Thread now = thread;
        return now != null && now.isAlive();
    }

    static void unregister(AcceptorContext server) {
        synchronized (LOCK) {
            SERVERS.remove(server);
        }
    }

    private static @Nullable AcceptorContext server(int index) {
        synchronized (LOCK) {
            return index < SERVERS.size() ? SERVERS.get(index) : null;
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

    /** An Error (no memory, say) must not end this thread: it costs a server one tick. */
    private static void tick(long now, boolean late) {
        sample();
        AcceptorContext server = server(0);
        for (int i = 1; server != null; server = server(i++)) {
            try {
                server.tick(now, late);
            } catch (Throwable t) {
                failed(server, t);
            }
        }
    }

    /** Throws nothing: said for the first time, even the words need memory. */
    private static void failed(@Nullable AcceptorContext server, Throwable t) {
        try {
            if (server != null) {
                server.events().failure("housekeeper", t);
            }
        } catch (Throwable again) {
            Thread.onSpinWait();
        }
    }

    private static void sample() {
        try {
            List<AcceptQueue> queues = new ArrayList<>();
            AcceptorContext server = server(0);
            for (int i = 1; server != null; server = server(i++)) {
                queues.add(server.queue());
            }
            AcceptQueue.sample(queues);
        } catch (Throwable t) {
            failed(server(0), t);
        }
    }
}
