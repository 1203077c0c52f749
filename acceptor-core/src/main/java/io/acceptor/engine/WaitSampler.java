package io.acceptor.engine;

import io.acceptor.Peer;
import io.acceptor.metrics.AcceptorMetrics;
import io.acceptor.queue.AcceptQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks the kernel now and then how long a connection had waited in the accept queue, before anything is sent to it. Confined
 * to its loop.
 */
public final class WaitSampler {
    /** Ten a second; a question takes some ten microseconds. */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Whatever a question takes, it is at most 1 % of the loop's time. */
    private static final long REST_FACTOR = 100;

    private final AcceptorMetrics metrics;
    private final WatchedLoop loop;
    private long next = System.nanoTime();

    /** For one loop. */
    public WaitSampler(AcceptorMetrics metrics, WatchedLoop loop) {
        this.metrics = metrics;
        this.loop = loop;
    }

    /** For each connection right after accept(). */
    public void accepted(Ticket ticket) {
        if (ticket.acceptedNanos() - next < 0) {
            return;
        }
        long start = System.nanoTime();
        Peer peer = ticket.peer();
        Optional<Duration> waited = AcceptQueue.waited(peer.localAddress(), peer.remoteAddress());
        if (waited.isPresent()) {
            loop.recordQueueWait(metrics, waited.get().toNanos());
        }
        long end = System.nanoTime();
        next = end + Math.max(PERIOD_NANOS, REST_FACTOR * (end - start));
    }
}
