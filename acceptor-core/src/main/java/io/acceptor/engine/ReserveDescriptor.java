package io.acceptor.engine;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One descriptor held back, so that at exhaustion there is one to accept with: take a waiting client, refuse it, close it,
 * again until the queue is empty (libuv's trick). One a process. Best effort: when it is given up for a moment, another
 * thread may snatch the slot.
 */
public final class ReserveDescriptor {
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static @Nullable SocketChannel held; // guarded by LOCK
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

    /** Whether another socket can be opened now. */
    static boolean canOpenSocket() {
        try {
            SocketChannel.open().close();
            return true;
        } catch (IOException | OutOfMemoryError e) {
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
            if (held == null) {
                return false;
            }
            giveUp();
            drainQueue.run();
            return true;
        } finally {
            acquire();
            LOCK.unlock();
        }
    }

    private static void acquire() {
        if (held == null && users > 0) {
            try {
                held = SocketChannel.open();
            } catch (IOException | OutOfMemoryError e) {
                held = null; // the next whileFreed tries again
            }
        }
    }

    private static void giveUp() {
        SocketChannel channel = held;
        held = null;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // close() of an unconnected socket frees its descriptor even if it reports an error
            }
        }
    }
}
