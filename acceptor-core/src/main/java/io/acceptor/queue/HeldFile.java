package io.acceptor.queue;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of the kernel that is opened once and then held, so that it can be read when descriptors have run out.
 *
 * <p>A {@link RandomAccessFile}, because an interrupted thread reading a channel would close it for all. Not thread-safe
 * but for {@link #isOpen}.
 */
final class HeldFile {

    /** How long a file that could not be opened is left alone, so that a sampler does not throw and catch for ever. */
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final File path;
    private final LongSupplier nanoClock;

    private volatile @Nullable RandomAccessFile file;
    private boolean missing;
    private boolean paused;
    private long pausedSince;

    HeldFile(File path, LongSupplier nanoClock) {
        this.path = path;
        this.nanoClock = nanoClock;
    }

    boolean isOpen() {
        return file != null;
    }

    /** Whether the file was not there when it was to be opened last; false if it was there, but could not be opened. */
    boolean isMissing() {
        return missing;
    }

    /** The file, opened if it is not yet; null if it cannot be, or could not a moment ago. */
    @Nullable
    RandomAccessFile open() {
        RandomAccessFile held = file;
        if (held != null || (paused && nanoClock.getAsLong() - pausedSince < RETRY_NANOS)) {
            return held;
        }
        try {
            held = new RandomAccessFile(path, "r");
            file = held;
            missing = false;
            paused = false;
            return held;
        } catch (IOException e) {
            missing = !path.exists();
            paused = true;
            pausedSince = nanoClock.getAsLong();
            return null;
        }
    }

    /** Gives a file up that cannot be read; it is opened anew when it is asked for again. */
    void abandon() {
        RandomAccessFile held = file;
        file = null;
        if (held == null) {
            return;
        }
        try {
            held.close();
        } catch (IOException e) {
            // A file that cannot be read need not close well either; its descriptor is gone all the same.
        }
    }
}
