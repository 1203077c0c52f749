package io.acceptor.queue;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Reads the queues of a JVM, one scan at a time. Thread-safe.
 *
 * <p>Sampling is kept cheap by two rules. Queues known to be empty are not scanned for while no connection has come in
 * ({@link Lull}). And after a scan the next sample that scans is put off for three times as long, so that slow scans take
 * about a quarter of one processor at most.
 */
final class QueueSource {

    /*
     * A compromise. A longer rest is cheaper but blind. Measured in a namespace without connections, where a scan takes
     * milliseconds, on two busy cores: a sampler of 25 ms saw 416 of 420 bursts of 50 ms without a rest, 412 of 420 with a rest
     * of 3 times the scan, 171 of 180 with 9 times and 138 of 180 with 19 times.
     */

    /** A scan is followed by this many times its own duration without one. */
    static final long REST_FACTOR = 3;

    /** But not by more than this, however long a pause of the process made it. */
    static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final SocketSources sources;
    private final Inspector inspector;
    private final LongSupplier nanoClock;

    /** Guards the sources and what the queues keep of a scan; held for one scan, whose reads are of the kernel's memory. */
    private final ReentrantLock lock = new ReentrantLock();

    private long restingSince;
    private long restNanos;

    QueueSource(SocketSources sources, Inspector inspector, LongSupplier nanoClock) {
        this.sources = sources;
        this.inspector = inspector;
        this.nanoClock = nanoClock;
    }

    /** The one of this JVM; its files and sockets are never closed. */
    static QueueSource shared() {
        return Shared.INSTANCE;
    }

    String name() {
        return sources.name();
    }

    OptionalInt somaxconn() {
        return sources.proc().somaxconn();
    }

    Inspector inspector() {
        return inspector;
    }

    /** Opens the files and loads the classes of a scan, both of which might fail once descriptors have run out. */
    void prepare(ListenAddress address) {
        lock.lock();
        try {
            sources.open();
            sources.proc().arrivals();
            sources.listeners(new PortListeners[] {PortListeners.of(address, null)});
        } finally {
            lock.unlock();
        }
        inspector.prepare();
    }

    /** Every listener at a port. */
    List<Listener> listenersAt(int port) {
        return search(PortListeners.at(port));
    }

    /** Every listener of an address; none if that cannot be known. */
    List<Listener> listenersOf(ListenAddress address) {
        return search(PortListeners.of(address, null));
    }

    private List<Listener> search(PortListeners listeners) {
        lock.lock();
        try {
            sources.open();
            sources.listeners(new PortListeners[] {listeners});
            return listeners.found();
        } finally {
            lock.unlock();
        }
    }

    /** Connections that ever came in to any listener; NaN if unknown. */
    double arrivals() {
        lock.lock();
        try {
            long count = sources.proc().arrivals();
            return count == ProcArrivals.UNKNOWN ? Double.NaN : count;
        } finally {
            lock.unlock();
        }
    }

    /** Reads queues now. */
    void read(AcceptQueue... queues) {
        lock.lock();
        try {
            AcceptQueue[] rest = untold(queues);
            if (rest.length > 0) {
                scan(rest, nanoClock.getAsLong());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Reads queues unless that would tell nothing new or take too large a share of the processor; inspects one now and then. */
    void sample(AcceptQueue... queues) {
        lock.lock();
        try {
            AcceptQueue[] rest = untold(queues);
            if (rest.length > 0) {
                sampleReadings(rest);
            }
        } finally {
            lock.unlock();
        }
        inspector.sample(queues);
    }

    /** Has the listeners tell that can, and gives the other queues. */
    private static AcceptQueue[] untold(AcceptQueue[] queues) {
        AcceptQueue[] rest = new AcceptQueue[queues.length];
        int count = 0;
        for (AcceptQueue each : queues) {
            if (!each.takeTold()) {
                rest[count++] = each;
            }
        }
        return count == queues.length ? queues : Arrays.copyOf(rest, count);
    }

    private void sampleReadings(AcceptQueue[] queues) {
        long start = nanoClock.getAsLong();
        if (start - restingSince < restNanos) {
            return;
        }
        long arrivals = sources.arrivals(queues.length);
        if (lull(queues, arrivals, start)) {
            return;
        }
        scan(queues, start);
        for (AcceptQueue queue : queues) {
            queue.lull().scanned(arrivals, start);
        }
        restingSince = nanoClock.getAsLong();
        restNanos = Math.min(LONGEST_REST_NANOS, REST_FACTOR * (restingSince - start));
    }

    private static boolean lull(AcceptQueue[] queues, long arrivals, long now) {
        for (AcceptQueue queue : queues) {
            if (queue.last().depth() != 0 || !queue.lull().lasts(arrivals, now)) {
                return false;
            }
        }
        return true;
    }

    private void scan(AcceptQueue[] queues, long now) {
        PortListeners[] ports = new PortListeners[queues.length];
        for (int i = 0; i < queues.length; i++) {
            ports[i] = queues[i].wanted(now);
        }
        sources.listeners(ports);
        for (int i = 0; i < queues.length; i++) {
            queues[i].take(ports[i], now);
        }
    }

    /** Holds the shared one: nothing is opened before the first queue is made. */
    private static final class Shared {
        static final QueueSource INSTANCE = new QueueSource(
                SocketSources.ofThisMachine(),
                new Inspector(SocketSources.ofThisMachine(), System::nanoTime),
                System::nanoTime);
    }
}
