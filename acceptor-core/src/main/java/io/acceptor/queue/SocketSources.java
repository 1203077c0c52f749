package io.acceptor.queue;

import java.io.File;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways to ask the kernel, the best first: each is asked when those before it fail. Not thread-safe but for
 * {@link #name}.
 */
final class SocketSources {
    /** Set to {@code proc} to leave netlink alone. */
    private static final String SOURCE_PROPERTY = "io.acceptor.queue.source";

    private final List<SocketSource> bestFirst = new ArrayList<>(2);
    private final ProcNet proc;

    /**
     * Takes over the sources.
     *
     * @param diag null where there is none
     */
    SocketSources(@Nullable SocketSource diag, ProcNet proc) {
        if (diag != null) {
            bestFirst.add(diag);
        }
        bestFirst.add(proc);
        this.proc = proc;
    }

    /** Those of this machine, nothing opened yet. */
    static SocketSources ofThisMachine() {
        return new SocketSources(
                diagOfThisMachine(), new ProcNet(new File("/proc"), ByteOrder.nativeOrder(), System::nanoTime));
    }

    /** The socket diagnosis, not opened yet; null where it is not wanted, or need not be tried. */
    static @Nullable DiagSource diagOfThisMachine() {
        boolean procOnly = System.getProperty(SOURCE_PROPERTY, "").equals("proc");
        return procOnly ? null : DiagSource.byJna(System::nanoTime);
    }

    void open() {
        bestFirst.forEach(SocketSource::open);
    }

    List<SocketSource> bestFirst() {
        return bestFirst;
    }

    ProcNet proc() {
        return proc;
    }

    /** The name of the one that will be asked. */
    String name() {
        SocketSource best = best();
        return best == null ? "none" : best.name();
    }

    private @Nullable SocketSource best() {
        for (SocketSource source : bestFirst) {
            if (source.isOpen()) {
                return source;
            }
        }
        return null;
    }

    /**
     * The connections that ever came in, if knowing that can save a search for so many listeners that costs more; else {@link
     * ProcArrivals#UNKNOWN}.
     */
    long arrivals(int listeners) {
        SocketSource best = best();
        return best != null && best.isDearerThanArrivals(listeners) ? proc.arrivals() : ProcArrivals.UNKNOWN;
    }

    /** Finds the listeners, in the best source that does not fail. */
    void listeners(PortListeners[] ports) {
        for (SocketSource source : bestFirst) {
            if (source.listeners(ports)) {
                return;
            }
            for (PortListeners each : ports) {
                each.clear();
            }
        }
    }
}
