package io.acceptor.engine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What Linux says of one thread: whether it wants a processor, and how much of one it has had. Holds a descriptor until
 * {@link #close()}, so that it can be read when descriptors have run out. Thread-safe: a read and the close take the monitor.
 */
final class SchedulerState {
    /** Tells that a thread sleeps, or that nobody knows. */
    static final long NOT_RUNNABLE = -1;

    /** Times in /proc are in units of USER_HZ, 100 a second on every Linux that runs a JDK. */
    private static final long NANOS_A_TICK = TimeUnit.MILLISECONDS.toNanos(10);

    /** The first 15 fields of proc_pid_stat(5) and more. */
    private final byte[] text = new byte[256]; // guarded by this

    private @Nullable RandomAccessFile file; // guarded by this

    private SchedulerState(RandomAccessFile file) {
        this.file = file;
    }

    /** For the calling thread; null if the system has no such file, or there is no descriptor or memory for it. */
    static @Nullable SchedulerState ofCurrentThread() {
        try {
            return new SchedulerState(new RandomAccessFile("/proc/thread-self/stat", "r"));
        } catch (IOException | OutOfMemoryError e) {
            return null;
        }
    }

    /**
     * Reads what is true now. Allocates nothing.
     *
     * @return the processor time of the thread so far, in nanoseconds, if it runs or waits for a processor; else
     *     {@link #NOT_RUNNABLE}
     */
    synchronized long runnableNanos() {
        RandomAccessFile open = file;
        if (open == null) {
            return NOT_RUNNABLE;
        }
        try {
            open.seek(0);
            return parse(text, open.read(text));
        } catch (IOException e) {
            return NOT_RUNNABLE; // the thread has ended
        }
    }

    /** The state is field 3, behind the name in brackets, which may hold anything; utime and stime are fields 14 and 15. */
    static long parse(byte[] stat, int length) {
        int at = length - 1;
        while (at >= 0 && stat[at] != ')') {
            at--;
        }
        if (at < 0 || at + 2 >= length || stat[at + 2] != 'R') {
            return NOT_RUNNABLE;
        }
        long ticks = 0;
        long number = 0;
        int field = 2;
        for (at++; at < length && field <= 15; at++) {
            if (stat[at] == ' ') {
                ticks += field >= 14 ? number : 0;
                number = 0;
                field++;
            } else {
                number = number * 10 + stat[at] - '0';
            }
        }
        return ticks * NANOS_A_TICK;
    }

    synchronized void close() {
        RandomAccessFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // its descriptor is gone all the same
            }
        }
    }
}
