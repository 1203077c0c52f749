package io.acceptor.engine;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Some descriptors held back, so that at exhaustion there is one to accept with: take a waiting client, refuse it, close it,
 * again until the queue is empty (libuv's trick). One reserve a process. Best effort: when it is given up for a moment, other
 * threads may snatch the slots.
 */
public final class ReserveDescriptor {
    private static final ReentrantLock LOCK = new ReentrantLock();
    /** More than one, for the JVM itself snatches: its compiler threads open cgroup files at every compilation. */
    private static final int SIZE = 4;

    private static final ArrayDeque<SocketChannel> HELD = new ArrayDeque<>(SIZE + 1); // guarded by LOCK
    private static int users; // guarded by LOCK

    private ReserveDescriptor() {}

    static void retain() {
        LOCK.lock();
        try {
            users++;
            acquire();
        } finally {
            LOCK.unlock();
        }
    }

    static void release() {
        LOCK.lock();
        try {
            if (--users == 0) {
                giveUp();
            }
        } finally {
            LOCK.unlock();
        }
    }

    /** Whether there is a descriptor for another socket now. */
    static boolean canOpenSocket() {
        try {
            SocketChannel.open().close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Runs something while the reserve is given up, then takes it back if that is possible.
     *
     * @return false if another loop is at it or there is no reserve; nothing was run then
     */
    public static boolean whileFreed(Runnable drainQueue) {
        if (!LOCK.tryLock()) {
            return false;
        }
        try {
            acquire();
            if (HELD.isEmpty()) {
                return false;
            }
            giveUp();
            drainQueue.run();
            return true;
        } finally {
            try {
                acquire();
            } finally {
                LOCK.unlock();
            }
        }
    }

    /**
     * Takes back what was snatched, as far as there is room. To be called before a client is accepted into a slot that the
     * reserve lacks.
     *
     * @return whether there is a reserve now, or another loop is busy with it
     */
    public static boolean regain() {
        if (!LOCK.tryLock()) {
            return true;
        }
        try {
            acquire();
            return !HELD.isEmpty();
        } finally {
            LOCK.unlock();
        }
    }

    private static void acquire() {
        while (HELD.size() < SIZE && users > 0) {
            try {
                HELD.push(SocketChannel.open());
            } catch (IOException | OutOfMemoryError e) {
                return; // regain() tries again
            }
        }
    }

    private static void giveUp() {
        while (!HELD.isEmpty()) {
            try {
                HELD.pop().close();
            } catch (IOException e) {
                // close() of an unconnected socket frees its descriptor even if it reports an error
            }
        }
    }
}
