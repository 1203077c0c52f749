package io.acceptor.engine;

import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.RejectReason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection in the books: its number, the permits it holds, and its one end.
 *
 * <p>Permits are taken by the thread that owns the connection (the loop, then the worker) and given back when it is refused
 * or ended, by whichever thread comes first: each permit has a compare-and-set of its own.
 */
public final class Ticket {
    private static final VarHandle ENDED;
    private static final VarHandle BREAKER;
    private static final VarHandle BULKHEAD;
    private static final VarHandle SOURCE;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(Ticket.class, "ended", boolean.class);
            BREAKER = MethodHandles.lookup().findVarHandle(Ticket.class, "breaker", boolean.class);
            BULKHEAD = MethodHandles.lookup().findVarHandle(Ticket.class, "holdsBulkhead", boolean.class);
            SOURCE = MethodHandles.lookup().findVarHandle(Ticket.class, "source", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AcceptorContext context;
    private final long id;
    private volatile Peer peer;
    private final long acceptedNanos = System.nanoTime();
    private volatile boolean ended;
    private volatile boolean holdsBulkhead;
    private volatile boolean breaker;
    private volatile @Nullable Object source;

    Ticket(AcceptorContext context, long id, Peer peer) {
        this.context = context;
        this.id = id;
        this.peer = peer;
    }

    /** The connection's number, from 1. */
    public long id() {
        return id;
    }

    /** The two ends. */
    public Peer peer() {
        return peer;
    }

    /** A balancer has told whose connection it passes on: that is the peer from now on. Before anything is asked about it. */
    public void proxied(Peer behind) {
        peer = behind;
    }

    /** When it was accepted, on {@link System#nanoTime()}. */
    public long acceptedNanos() {
        return acceptedNanos;
    }

    /** Whether the end is already in the books. */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Gives every permit back and counts the end. To be called when the descriptor is closed.
     *
     * @return false if it had ended before; nothing is done then
     */
    public boolean end(Outcome outcome, @Nullable RejectReason reason) {
        if (!ENDED.compareAndSet(this, false, true)) {
            return false;
        }
        try {
            context.admission().release(this);
        } finally {
            context.books().ended(outcome, reason);
            context.events().ended(this, outcome, reason);
        }
        return true;
    }

    boolean holdsBulkhead() {
        return holdsBulkhead;
    }

    void holdsBulkhead(boolean holds) {
        holdsBulkhead = holds;
    }

    /** True once for whoever is to give the bulkhead's permit back. */
    boolean takeBulkhead() {
        return holdsBulkhead && BULKHEAD.compareAndSet(this, true, false);
    }

    void holdsBreaker() {
        breaker = true;
    }

    /** True once for whoever is to give the breaker's permission back: the worker with a result, or the end without. */
    boolean takeBreaker() {
        return breaker && BREAKER.compareAndSet(this, true, false);
    }

    /** The source that is counted for it, once for whoever is to count it off; null to all others. */
    @Nullable
    Object takeSource() {
        return source == null ? null : SOURCE.getAndSet(this, null);
    }

    void source(Object key) {
        source = key;
    }
}
