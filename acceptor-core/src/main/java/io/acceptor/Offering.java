package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.HandOff;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands connections to whoever claims them, and takes back those that nobody claims. Confined to its loop. */
final class Offering {
    /** Idle workers claim within microseconds; what is still there after this is watched. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** To close a connection that a worker reads from takes some 10 microseconds. */
    private static final int MOST_DISPLACED = 64;
    /** Claimed ones stay in the list until their time is over; more of them than this are swept out. */
    static final int SWEEP_SLACK = 1024;

    private final NioLoop loop;
    private final AcceptorContext context;
    private final Recipient recipient;
    private final Deadlines fresh = new Deadlines(FRESH_NANOS);
    private final Deadlines late;
    private final Deadlines unclaimed;
    private final Deadlines ready = new Deadlines(0); // these three are lists that need no memory to grow
    private final Deadlines toLetGo = new Deadlines(0);
    private final Deadlines refused = new Deadlines(0);
    private final Consumer<NioConnection> handOver = this::handOver;
    private final Consumer<NioConnection> refuse = this::refuseForWorkers;
    private final Consumer<NioConnection> watch = this::watch;

    /** Newcomers who have found no worker, and for whom nobody has made room yet. */
    private long withoutWorker;

    private long remindAt = Deadlines.NEVER;

    Offering(NioLoop loop) {
        this.loop = loop;
        this.context = loop.server.context();
        this.recipient = loop.server.recipient();
        long lateNanos = Math.max(0, Math.min(Workers.LATE_NANOS, recipient.offerNanos()) - FRESH_NANOS);
        this.late = new Deadlines(lateNanos);
        this.unclaimed = new Deadlines(Math.max(0, recipient.offerNanos() - FRESH_NANOS - lateNanos));
    }

    /** Offers it as soon as the selector has forgotten it. */
    void offer(NioConnection connection) {
        NioLoop.cancel(connection);
        ready.add(connection, 0);
    }

    /** After the selector has forgotten what was cancelled. Each is taken out before anything can fail. */
    void settle() {
        for (NioConnection each = ready.poll(); each != null; each = ready.poll()) {
            loop.guarded(each, handOver);
        }
        for (NioConnection each = toLetGo.poll(); each != null; each = toLetGo.poll()) {
            each.hasLetGo();
        }
        for (NioConnection each = refused.poll(); each != null; each = refused.poll()) {
            loop.guarded(each, refuse);
        }
    }

    private void refuseForWorkers(NioConnection connection) {
        loop.reception.refuse(connection, context.admission().rejection(RejectReason.WORKERS));
    }

    boolean hasWork() {
        return ready.size() > 0 || toLetGo.size() > 0 || refused.size() > 0;
    }

    private void handOver(NioConnection connection) {
        if (!loop.reception.setOptions(connection)) {
            return;
        }
        long now = System.nanoTime();
        if (context.books().handedOver() > recipient.maxPending() && !mayWait(connection, now)) {
            context.workerShortage().refused("too many clients wait for a worker", null);
            refuse(connection);
            return;
        }
        loop.server.isNotSilent(connection);
        if (!connection.offered(now)) {
            context.books().noLongerPending();
            loop.closing.close(connection, Outcome.MADE_ROOM);
            return;
        }
        fresh.add(connection, now);
        loop.pulse.inUserCode("handing a connection to the executor");
        try {
            recipient.offer(connection);
        } catch (Throwable t) {
            notTaken(connection, t);
        } finally {
            loop.pulse.working();
        }
        countIfLeftWaiting(connection);
    }

    private void countIfLeftWaiting(NioConnection connection) {
        boolean mayDisplace = !connection.hasDisplaced && !connection.lacksWorker && loop.silent.makesRoom();
        if (mayDisplace && connection.isOffered() && recipient.clientsWait()) {
            connection.lacksWorker = true;
            withoutWorker++;
        }
    }

    /** There are as many as may wait; one more may if another one makes room. */
    private boolean mayWait(NioConnection connection, long now) {
        if (connection.hasDisplaced) {
            return false;
        }
        connection.hasDisplaced = recipient.clientsWait() && loop.silent.freePlace(now);
        return connection.hasDisplaced;
    }

    private void notTaken(NioConnection connection, Throwable failure) {
        boolean rejected = failure instanceof RejectedExecutionException;
        if (rejected && hasWorkerFreed(connection)) {
            return;
        }
        if (connection.reclaim()) {
            recipient.forget(connection);
            refuse(connection);
            context.workerShortage().refused("the executor does not take tasks", failure);
        }
        if (!rejected) {
            context.events().failure("executor failed", failure);
        }
    }

    /** One whom an executor without a queue rejects waits for the worker of a silent one, which makes room, and gets it without a token. */
    private boolean hasWorkerFreed(NioConnection connection) {
        if (!connection.hasDisplaced && connection.isOffered()) {
            connection.hasDisplaced = loop.silent.freeWorker(System.nanoTime());
        }
        return connection.hasDisplaced;
    }

    private void refuse(NioConnection connection) {
        context.books().noLongerPending();
        NioLoop.cancel(connection);
        refused.add(connection, 0);
        if (remindAt == Deadlines.NEVER) {
            remindAt = System.nanoTime(); // this turn has looked before; the loop must not sleep on what it learns now
        }
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
            withdraw(connection, outcome);
        }
    }

    private void withdraw(NioConnection connection, Outcome outcome) {
        context.books().noLongerPending();
        recipient.forget(connection);
        context.admission().release(connection.ticket);
        loop.closing.close(connection, outcome);
    }

    /** A claimer waits for a watched connection. */
    void letGo(NioConnection connection) {
        NioLoop.cancel(connection);
        toLetGo.add(connection, 0);
    }

    void expire(long now) {
        for (NioConnection due = fresh.pollExpired(now); due != null; due = fresh.pollExpired(now)) {
            if (due.isOffered()) {
                late.add(due, now);
                loop.guarded(due, watch);
            }
        }
        for (NioConnection due = late.pollExpired(now); due != null; due = late.pollExpired(now)) {
            if (due.isOffered()) {
                unclaimed.add(due, now);
                countIfLeftWaiting(due);
            }
        }
        if (unclaimed.size() > 2 * Math.min(recipient.maxPending(), 1 << 20) + SWEEP_SLACK) {
            unclaimed.dropClaimed();
        }
        for (NioConnection due = unclaimed.pollExpired(now); due != null; due = unclaimed.pollExpired(now)) {
            if (due.reclaim()) {
                recipient.forget(due);
                refuse(due);
                context.workerShortage().waitedOut();
            }
        }
        freeWorkers(now);
        remind(now);
    }

    /** For each newcomer who has found no worker, and still waits, one that is silent makes room. */
    private void freeWorkers(long now) {
        withoutWorker = Math.min(withoutWorker, context.books().pending());
        for (int i = 0; i < MOST_DISPLACED && withoutWorker > 0 && loop.silent.canFreeWorker(now); i++) {
            NioConnection newcomer = longestWithoutWorker();
            if (newcomer == null) { // all have been claimed, or have left
                withoutWorker = 0;
            } else if (loop.silent.freeWorker(now)) {
                newcomer.lacksWorker = false;
                newcomer.hasDisplaced = true;
                withoutWorker--;
            }
        }
    }

    private @Nullable NioConnection longestWithoutWorker() {
        for (Deadlines list : List.of(unclaimed, late, fresh)) {
            for (NioConnection each = list.first(); each != null; each = each.next) {
                if (each.lacksWorker && each.isOffered()) {
                    return each;
                }
            }
        }
        return null;
    }

    private void remind(long now) {
        if (remindAt == Deadlines.NEVER || now - remindAt >= 0) {
            long left = remind();
            remindAt = left == Deadlines.NEVER ? left : now + left;
        }
    }

    private long remind() {
        loop.pulse.inUserCode("reminding the executor of connections");
        try {
            return recipient.remind();
        } catch (Throwable t) {
            context.workerShortage().refused("the executor does not take tasks", t);
            return Workers.LATE_NANOS;
        } finally {
            loop.pulse.working();
        }
    }

    /** Closes the silent one that has waited longest for a worker, for a newcomer; false if there is none silent long enough. */
    boolean makeRoom(long now) {
        NioConnection next;
        for (NioConnection each = unclaimed.first(); each != null; each = next) {
            next = each.next;
            if (!each.isOffered()) {
                unclaimed.remove(each);
            } else if (each.isWatched() && !each.hasSpoken()) {
                return SilentConnections.isLongSilent(each, now) && makesRoom(each);
            }
        }
        return false;
    }

    private boolean makesRoom(NioConnection silent) {
        watchedReady(silent); // it may have spoken or left since
        if (silent.isOffered() && !silent.hasSpoken() && silent.reclaim()) {
            withdraw(silent, Outcome.MADE_ROOM);
        }
        return silent.isLoops();
    }

    private void watch(NioConnection connection) {
        if (!connection.hasSpoken() && connection.watch()) {
            loop.interest(connection, SelectionKey.OP_READ);
        }
    }

    long untilDue(long now) {
        long next = Math.min(Math.min(fresh.untilNext(now), late.untilNext(now)), unclaimed.untilNext(now));
        if (withoutWorker > 0 && context.books().pending() > 0) {
            next = Math.min(next, loop.silent.lookAgainAt() - now);
        }
        return remindAt == Deadlines.NEVER ? next : Math.min(next, remindAt - now);
    }

    void cutAll() {
        for (NioConnection each = ready.poll(); each != null; each = ready.poll()) {
            loop.closing.close(each, Outcome.CUT);
        }
        cutAll(fresh);
        cutAll(late);
        cutAll(unclaimed);
    }

    private void cutAll(Deadlines list) {
        for (NioConnection each = list.poll(); each != null; each = list.poll()) {
            takeBack(each, Outcome.CUT);
        }
    }
}
