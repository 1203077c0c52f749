package io.acceptor.queue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lists what queues hold, one queue at a time. Has files and sockets of its own, so that a long listing holds up no
 * reading. Thread-safe.
 */
final class Inspector {
    /** How often to look until things stand still. */
    static final int MAX_LOOKS = 4;

    /** A queue is inspected for gauges at most this often. */
    static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After an inspection for gauges none is made for this many times its own duration: 2 % of a processor for all queues. */
    static final long REST_FACTOR = 50;

    /** For so long a gauge shows an inspection: several queues, and slow inspections, take turns. */
    static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final SocketSources sources;
    private final LongSupplier nanoClock;

    /** Guards the sources and the fields below; held for one inspection. */
    private final ReentrantLock lock = new ReentrantLock();

    private long restingSince;
    private long restNanos;

    Inspector(SocketSources sources, LongSupplier nanoClock) {
        this.sources = sources;
        this.nanoClock = nanoClock;
    }

    /** Opens and loads what an inspection needs, which might fail once descriptors have run out. */
    void prepare() {
        lock.lock();
        try {
            sources.open();
            Look.load();
        } finally {
            lock.unlock();
        }
    }

    AcceptQueueInspection inspect(AcceptQueue queue) {
        lock.lock();
        try {
            return inspectLocked(queue);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Inspects one of these queues if it is not empty and its turn has come. Does not wait for an inspection that somebody else
     * has under way.
     */
    void sample(AcceptQueue... queues) {
        AcceptQueue due = null;
        long now = nanoClock.getAsLong();
        for (AcceptQueue queue : queues) {
            if (isDue(queue, now) && (due == null || isBefore(queue, due))) {
                due = queue;
            }
        }
        if (due == null || !lock.tryLock()) {
            return;
        }
        try {
            if (now - restingSince < restNanos) {
                return;
            }
            due.sampled(new AcceptQueue.Sampled(inspectLocked(due), now));
            restingSince = nanoClock.getAsLong();
            restNanos = REST_FACTOR * (restingSince - now);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isDue(AcceptQueue queue, long now) {
        AcceptQueue.Sampled before = queue.sampled();
        return queue.last().depth() > 0 && (before == null || now - before.at() >= PERIOD_NANOS);
    }

    private static boolean isBefore(AcceptQueue queue, AcceptQueue other) {
        AcceptQueue.Sampled mine = queue.sampled();
        AcceptQueue.Sampled others = other.sampled();
        return others != null && (mine == null || mine.at() - others.at() < 0);
    }

    private AcceptQueueInspection inspectLocked(AcceptQueue queue) {
        for (SocketSource source : sources.bestFirst()) {
            AcceptQueueInspection made = inspect(queue, source);
            if (made != null) {
                return made;
            }
        }
        return AcceptQueueInspection.UNKNOWN;
    }

    /** Null if the source failed. */
    private @Nullable AcceptQueueInspection inspect(AcceptQueue queue, SocketSource source) {
        Look previous = null;
        for (int looks = 1; looks <= MAX_LOOKS; looks++) {
            Look look = new Look(source, sources.proc(), queue.address());
            if (!look.take()) {
                return null;
            }
            if (!look.isKnown()) {
                return AcceptQueueInspection.UNKNOWN;
            }
            boolean exact = look.isExact(previous);
            if (exact || looks == MAX_LOOKS) {
                return report(queue, source, look, exact);
            }
            previous = look;
        }
        throw new AssertionError("the last look is always reported");
    }

    private static AcceptQueueInspection report(AcceptQueue queue, SocketSource source, Look look, boolean exact) {
        List<AcceptQueueReading> each = queue.readings(look.listeners());
        boolean full = each.stream().anyMatch(AcceptQueueReading::full);
        return new AcceptQueueInspection(
                Snapshot.sum(each),
                each,
                look.visible(),
                look.ghostsAtLeast(exact),
                look.ghostsAtMost(exact),
                look.synRecv(),
                full ? queue.fullFor() : null,
                source.name());
    }
}
