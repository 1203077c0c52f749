package io.acceptor.queue;

import io.acceptor.queue.AcceptQueueInspection.Queued;
import io.acceptor.queue.AcceptQueueInspection.State;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One listing of a queue's connections, between two readings of its depth. Used by one thread.
 */
final class Look {

    /*
     * A listing is not made in one moment: connections come and go while the kernel walks its hash. Equal depths before and after
     * do not exclude that one came and one went. They do if the namespace has counted no new connection meanwhile
     * (PassiveOpens), and where others are busy, so that it always has, if two looks in a row saw the same connections. (A connection
     * is counted some instructions before it is queued. Should one be just between when a look begins, and another one be accepted
     * during it, the look is wrong by one and does not know.)
     *
     * Otherwise, at most as many came as were counted; and as many left as came, plus the fall of the depth. Each of those
     * that came may have been missed, each of those that left may have been listed: that is the width of the range.
     */
    private static final List<Class<?>> NEEDED =
            List.of(Ends.class, Queued.class, State.class, AcceptQueueInspection.class, AcceptQueue.Sampled.class);

    private final SocketSource source;
    private final ProcNet proc;
    private final ListenAddress address;
    private final Map<Ends, Queued> visible = new LinkedHashMap<>();
    private List<Listener> before = List.of();
    private List<Listener> all = List.of();
    private List<Listener> after = List.of();
    private long cameIn = SocketRow.UNKNOWN;
    private int synRecv;

    Look(SocketSource source, ProcNet proc, ListenAddress address) {
        this.source = source;
        this.proc = proc;
        this.address = address;
    }

    /** Loads what an inspection needs: when descriptors run out, a class file could not be opened any more. */
    static void load() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            for (Class<?> needed : NEEDED) {
                lookup.ensureInitialized(needed);
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Looks.
     *
     * @return false if the source failed
     */
    boolean take() {
        PortListeners ports = PortListeners.of(address, null);
        long arrivals = proc.arrivals();
        if (!source.listeners(new PortListeners[] {ports})) {
            return false;
        }
        before = ports.found();
        all = ports.all();
        if (before.isEmpty()) {
            return true;
        }
        if (!source.queued(before.get(0).v6(), address.port(), this::add)) {
            return false;
        }
        PortListeners again = PortListeners.of(address, null);
        if (!source.listeners(new PortListeners[] {again})) {
            return false;
        }
        after = again.found();
        long arrivalsAfter = proc.arrivals();
        if (arrivals != ProcArrivals.UNKNOWN && arrivalsAfter >= arrivals) {
            cameIn = arrivalsAfter - arrivals;
        }
        return true;
    }

    private void add(SocketRow row) {
        ListenAddress local = row.local();
        if (!PortListeners.serve(before, all, local)) {
            return;
        }
        if (row.state() == SocketRow.SYN_RECV) {
            synRecv++;
            return;
        }
        boolean finished = row.state() == SocketRow.CLOSE_WAIT;
        Queued queued = new Queued(
                row.remote().toSocketAddress(),
                local.toSocketAddress(),
                finished ? State.CLOSE_WAIT : State.ESTABLISHED,
                Math.max(0, row.received() - (finished ? 1 : 0)), // the FIN counts as a byte
                row.idleMillis() == SocketRow.UNKNOWN ? null : Duration.ofMillis(row.idleMillis()));
        visible.put(new Ends(local, row.remote()), queued);
    }

    /** Whether there is a listener to speak of. */
    boolean isKnown() {
        return !after.isEmpty();
    }

    /** Whether nothing can have moved while it was taken, so that its numbers fit together. */
    boolean isExact(@Nullable Look previous) {
        boolean still = depth(before) == depth(after) && visible.size() <= depth(after);
        return still && (cameIn == 0 || (previous != null && previous.sawTheSame(this)));
    }

    private boolean sawTheSame(Look next) {
        return depth(after) == depth(next.before) && visible.keySet().equals(next.visible.keySet());
    }

    List<Listener> listeners() {
        return after;
    }

    List<Queued> visible() {
        return new ArrayList<>(visible.values());
    }

    int synRecv() {
        return synRecv;
    }

    /** The fewest ghosts there can have been. */
    long ghostsAtLeast(boolean exact) {
        long seen = depth(after) - visible.size();
        return exact ? seen : hasRange() ? Math.max(0, seen - cameIn) : 0;
    }

    /** The most there can have been. */
    long ghostsAtMost(boolean exact) {
        long seen = depth(after) - visible.size();
        return exact ? seen : hasRange() ? Math.min(depth(after), mostByFlow()) : depth(after);
    }

    /** Not if more is listed than can be: some of it went to a listener that is gone, say. */
    private boolean hasRange() {
        return cameIn != SocketRow.UNKNOWN && mostByFlow() >= Math.max(0, depth(after) - visible.size() - cameIn);
    }

    private long mostByFlow() {
        return depth(before) - visible.size() + cameIn;
    }

    private static long depth(List<Listener> listeners) {
        return listeners.stream().mapToLong(Listener::depth).sum();
    }

    /** A connection's name among all others. */
    private record Ends(ListenAddress local, ListenAddress remote) {}
}
