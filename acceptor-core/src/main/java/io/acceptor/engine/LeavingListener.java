package io.acceptor.engine;

import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueReading;
import java.util.HashMap;
import java.util.Map;

/**
 * What waited at one listener of an address when it was closed. Others may share the address, also of other processes; no source tells
 * which of them is which channel of ours, but the one that is gone afterwards was this one. Confined to its loop.
 */
public final class LeavingListener {
    private final AcceptQueue queue;
    private final Map<Long, AcceptQueueReading> before;

    private LeavingListener(AcceptQueue queue) {
        this.queue = queue;
        this.before = queue.listeners();
    }

    /** Looks at the address. To be called right before the listener is closed. */
    public static LeavingListener about(AcceptQueue queue) {
        return new LeavingListener(queue);
    }

    /**
     * The connections that waited at the listener just before it was closed. To be called when its descriptor is closed.
     *
     * @return their number; NaN where that cannot be read, and if another one has left in the same moment
     */
    public double depth() {
        Map<Long, AcceptQueueReading> gone = new HashMap<>(before);
        if (gone.size() > 1) {
            gone.keySet().removeAll(queue.listeners().keySet());
        }
        return gone.size() == 1 ? gone.values().iterator().next().depth() : Double.NaN;
    }
}
