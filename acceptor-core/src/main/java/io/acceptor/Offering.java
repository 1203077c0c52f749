package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.HandOff;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Hands connections to whoever claims them, and takes back those that nobody claims. Confined to its loop. */
final class Offering {
    /** Idle workers claim within microseconds; what is still there after this is watched. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** Claimed ones stay in the list until their time is over; more of them than this are swept out. */
    static final int SWEEP_SLACK = 1024;

    private final NioLoop loop;
    private final AcceptorContext context;
    private final Recipient recipient;
    private final Deadlines fresh = new Deadlines(FRESH_NANOS);
    private final Deadlines unclaimed;
    private final Queue<NioConnection> ready = new ArrayDeque<>();
    private final Queue<NioConnection> toLetGo = new ArrayDeque<>();
    private final Queue<NioConnection> refused = new ArrayDeque<>();

    Offering(NioLoop loop) {
        this.loop = loop;
        this.context = loop.server.context();
        this.recipient = loop.server.recipient();
        this.unclaimed = new Deadlines(Math.max(0, recipient.offerNanos() - FRESH_NANOS));
    }

    /** Offers it as soon as the selector has forgotten it. */
    void offer(NioConnection connection) {
        connection.leaveDeadlines();
        NioLoop.cancel(connection);
        ready.add(connection);
    }

    /** After the selector has forgotten what was cancelled. Each is taken out before anything can fail. */
    void settle() {
        for (NioConnection each = ready.poll(); each != null; each = ready.poll()) {
            handOver(each);
        }
        for (NioConnection each = toLetGo.poll(); each != null; each = toLetGo.poll()) {
            each.hasLetGo();
        }
        for (NioConnection each = refused.poll(); each != null; each = refused.poll()) {
            loop.reception.refuse(each, context.admission().rejection(RejectReason.WORKERS));
        }
    }

    boolean hasWork() {
        return !ready.isEmpty() || !toLetGo.isEmpty() || !refused.isEmpty();
    }

    private void handOver(NioConnection connection) {
        if (!loop.reception.setOptions(connection)) {
            return;
        }
        if (context.books().handedOver() > recipient.maxPending()) {
            refuse(connection);
            return;
        }
        long now = System.nanoTime();
        fresh.add(connection, now);
        connection.offered(now);
        loop.pulse.inUserCode("handing a connection to the executor");
        try {
            recipient.offer(connection);
        } catch (Throwable t) {
            if (!(t instanceof RejectedExecutionException)) {
                context.events().failure("executor failed", t);
            }
            if (connection.reclaim()) {
                recipient.forget(connection);
                refuse(connection);
            }
        } finally {
            loop.pulse.working();
        }
    }

    private void refuse(NioConnection connection) {
        context.books().noLongerPending();
        connection.leaveDeadlines();
        NioLoop.cancel(connection);
        refused.add(connection);
    }

    /** Something happened to a connection nobody has claimed yet. */
    void watchedReady(NioConnection connection) {
        boolean alive = loop.reception.look(connection);
        if (alive && !connection.hasSpoken() && !connection.finSeen) {
            return;
        }
        if (alive && (connection.hasSpoken() || !dropsOnFin())) {
            recipient.spoke(connection);
            loop.interest(connection, 0); // nothing more to learn until it is claimed
        } else {
            takeBack(connection, alive ? Outcome.CLOSED_SILENTLY : Outcome.RESET_AFTER_GREETING);
        }
    }

    /** A server that goes on talking may still have an ear at the other end of a half-closed connection. */
    boolean dropsOnFin() {
        return context.settings().timing().handOff() != HandOff.AT_ONCE;
    }

    void takeBack(NioConnection connection, Outcome outcome) {
        if (connection.reclaim()) {
            context.books().noLongerPending();
            recipient.forget(connection);
            loop.closing.close(connection, outcome);
        }
    }

    /** A claimer waits for a watched connection. */
    void letGo(NioConnection connection) {
        connection.leaveDeadlines();
        NioLoop.cancel(connection);
        toLetGo.add(connection);
    }

    void expire(long now) {
        for (NioConnection due = fresh.pollExpired(now); due != null; due = fresh.pollExpired(now)) {
            if (due.isOffered()) {
                unclaimed.add(due, now);
                if (!due.hasSpoken() && due.watch()) {
                    loop.interest(due, SelectionKey.OP_READ);
                }
            }
        }
        if (unclaimed.size() > 2 * Math.min(recipient.maxPending(), 1 << 20) + SWEEP_SLACK) {
            unclaimed.dropClaimed();
        }
        for (NioConnection due = unclaimed.pollExpired(now); due != null; due = unclaimed.pollExpired(now)) {
            if (due.reclaim()) {
                recipient.forget(due);
                refuse(due);
            }
        }
    }

    long untilDue(long now) {
        return Math.min(fresh.untilNext(now), unclaimed.untilNext(now));
    }

    void cutAll() {
        for (NioConnection each = ready.poll(); each != null; each = ready.poll()) {
            loop.closing.close(each, Outcome.CUT);
        }
        cutAll(fresh);
        cutAll(unclaimed);
    }

    private void cutAll(Deadlines list) {
        for (NioConnection each = list.poll(); each != null; each = list.poll()) {
            takeBack(each, Outcome.CUT);
        }
    }
}
