package io.acceptor.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways to ask the kernel, the best first: each is asked when those before it fail. Not thread-safe but for
 * {@link #name}.
 */
final class SocketSources {
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
        for (SocketSource source : bestFirst) {
            if (source.isOpen()) {
                return source.name();
            }
        }
        return "none";
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
