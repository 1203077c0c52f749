package io.acceptor;

import io.acceptor.engine.Causes;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions of one kind that one socket's streams threw for what the peer did, or did not do. Thread-safe.
 *
 * <p>Remembered by identity: neither the class (user code throws the same one) nor the message (the system's language)
 * tells whose fault an exception was, the place where it was thrown does.
 */
final class PeerFailures {
    /** Written under the lock of this. */
    private volatile @Nullable IOException first;

    /** Guarded by this; made at the first failure. Weak: what user code has dropped, nobody can ask about. */
    private @Nullable Set<Throwable> thrown;

    /** Remembers an exception that is about to be thrown. */
    synchronized <E extends IOException> E record(E failure) {
        if (first == null) {
            first = failure;
        }
        return recordUnsure(failure);
    }

    /** The same where it is not known what the peer did; {@link #first()} does not tell of it. */
    synchronized <E extends IOException> E recordUnsure(E failure) {
        if (thrown == null) {
            thrown = Collections.newSetFromMap(new WeakHashMap<>());
        }
        thrown.add(failure);
        return failure;
    }

    /** The first one, or null while the peer has not failed us. */
    @Nullable
    IOException first() {
        return first;
    }

    /** Whether an exception is one of them, or was caused by one. */
    synchronized boolean contains(@Nullable Throwable suspect) {
        return thrown != null && Causes.anyOf(suspect, thrown::contains);
    }
}
