package io.acceptor.queue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel how long accepted connections had waited. Has a socket of its own, so that no accept loop waits for a
 * reading or an inspection; two loops that ask at once do not wait for each other either. Thread-safe.
 */
final class QueueWaits {
    private static final ListenAddress NOBODY =
            ListenAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    private final @Nullable DiagSource source;

    /** Guards the source; held for one question. Nobody waits for it. */
    private final ReentrantLock lock = new ReentrantLock();

    QueueWaits(@Nullable DiagSource source) {
        this.source = source;
    }

    /** The one of this JVM; its socket is never closed. */
    static QueueWaits shared() {
        return Shared.INSTANCE;
    }

    /** Opens the socket and loads the classes of a question, both of which might fail once descriptors have run out. */
    void prepare() {
        idleMillis(NOBODY, NOBODY);
    }

    Optional<Duration> waited(InetSocketAddress local, InetSocketAddress remote) {
        long millis = idleMillis(ListenAddress.of(local), ListenAddress.of(remote));
        return millis == SocketRow.UNKNOWN ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private long idleMillis(ListenAddress local, ListenAddress remote) {
        if (source == null || !lock.tryLock()) {
            return SocketRow.UNKNOWN;
        }
        try {
            return source.idleMillis(local, remote);
        } finally {
            lock.unlock();
        }
    }

    /** Holds the shared one: nothing is opened before the first queue is made. */
    private static final class Shared {
        static final QueueWaits INSTANCE = new QueueWaits(SocketSources.diagOfThisMachine());
    }
}
