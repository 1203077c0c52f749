package io.acceptor;

import java.io.IOException;
import java.net.SocketException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions that one socket's streams threw because the peer had gone. Thread-safe.
 *
 * <p>Remembered by identity: neither the class (user code throws the same one) nor the message (the system's language)
 * tells whose fault an exception was, the place where it was thrown does.
 */
final class PeerFailures {
    /** Longer chains of causes are not followed, and circular ones end here. */
    private static final int MAX_CAUSES = 64;

    private volatile @Nullable IOException first;

    /** Guarded by this; made at the first failure. Weak: what user code has dropped, nobody can ask about. */
    private @Nullable Set<SocketException> thrown;

    /** Remembers an exception that is about to be thrown. */
    synchronized SocketException record(SocketException failure) {
        if (thrown == null) {
            thrown = Collections.newSetFromMap(new WeakHashMap<>());
            first = failure;
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
        if (thrown == null) {
            return false;
        }
        Throwable cause = suspect;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof SocketException && thrown.contains(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
