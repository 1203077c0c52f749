package io.acceptor.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listeners at one port, as one look at the kernel's tables finds them. Used by one thread.
 */
final class PortListeners {

    /*
     * A listener on 0.0.0.0 is in the IPv4 table. But what Java calls 0.0.0.0 is mostly a dual-stack listener on ::, which is
     * in the IPv6 table, where a stranger's IPv6-only listener on :: may look the same. So a listener on :: counts for 0.0.0.0
     * only if none is exactly that: the kernel lets both stand side by side only if :: is IPv6-only.
     */
    private final int port;
    private final @Nullable ListenAddress wanted;
    private final @Nullable Listener expected;
    private final List<Listener> six = new ArrayList<>(1);
    private final List<Listener> four = new ArrayList<>(1);
    private boolean fourUnknown;
    private boolean asExpected;

    private PortListeners(int port, @Nullable ListenAddress wanted, @Nullable Listener expected) {
        this.port = port;
        this.wanted = wanted;
        this.expected = expected;
    }

    /** To find all listeners at a port. */
    static PortListeners at(int port) {
        return new PortListeners(port, null, null);
    }

    /**
     * To find those of one address.
     *
     * @param expected the only one there was a moment ago, if so; a source that can ask for it alone may do so
     */
    static PortListeners of(ListenAddress wanted, @Nullable Listener expected) {
        return new PortListeners(wanted.port(), wanted, expected);
    }

    int port() {
        return port;
    }

    @Nullable
    Listener expected() {
        return expected;
    }

    /** Takes the answer of a source that was asked for the expected one alone. */
    void found(DiagRow row) {
        Listener listener = Listener.of(row, row.isV6());
        asExpected = row.state() == SocketRow.LISTEN && expected != null && expected.isSameAs(listener);
        if (asExpected) {
            add(listener);
        }
    }

    /** Whether the expected one was found, and no other looked for. */
    boolean isAsExpected() {
        return asExpected;
    }

    void add(Listener listener) {
        if (listener.address().port() == port) {
            (listener.v6() ? six : four).add(listener);
        }
    }

    /** Whether the IPv4 table is needed when the IPv6 one is through: an address found in one is not looked for in the other. */
    boolean wantsFour() {
        return wanted == null || (wanted.isV4() && bound(six, wanted).isEmpty());
    }

    /** Nothing is known of the IPv4 table. */
    void fourFailed() {
        fourUnknown = true;
        four.clear();
    }

    /** Nothing is known at all. */
    void clear() {
        six.clear();
        four.clear();
        fourUnknown = false;
        asExpected = false;
    }

    /** Every listener found. */
    List<Listener> all() {
        List<Listener> all = new ArrayList<>(six);
        all.addAll(four);
        return all;
    }

    /** Those of the address wanted; empty means unknown. */
    List<Listener> found() {
        if (wanted == null) {
            return all();
        }
        List<Listener> exact = bound(six, wanted);
        if (!exact.isEmpty() || !wanted.isV4() || fourUnknown) {
            return exact;
        }
        exact = bound(four, wanted);
        if (!exact.isEmpty() || !wanted.isV4Wildcard()) {
            return exact;
        }
        return six.stream().filter(Listener::isDualWildcard).toList();
    }

    /**
     * Whether a connection that came to an address went to one of these listeners, not to another one at the port. A
     * connection is of its listener's family, and a listener of just that address comes before one of all addresses.
     */
    static boolean serve(List<Listener> found, List<Listener> all, ListenAddress local) {
        boolean v6 = found.get(0).v6();
        ListenAddress best = new ListenAddress(0, 0, local.port());
        for (Listener each : all) {
            if (each.v6() == v6 && each.address().equals(local)) {
                best = local;
            } else if (each.v6() == v6 && each.address().isV4Wildcard() && local.isV4() && !best.equals(local)) {
                best = each.address();
            }
        }
        return found.get(0).address().equals(best);
    }

    private static List<Listener> bound(List<Listener> listeners, ListenAddress address) {
        if (listeners.size() == 1) {
            return listeners.get(0).address().equals(address) ? listeners : List.of();
        }
        return listeners.stream().filter(each -> each.address().equals(address)).toList();
    }
}
