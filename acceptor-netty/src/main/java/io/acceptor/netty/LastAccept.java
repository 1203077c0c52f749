package io.acceptor.netty;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.LeavingListener;
import io.acceptor.queue.AcceptQueueReading;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The last accept of a server channel: takes what waits in the kernel's queue and closes the channel in the turn that finds it
 * empty. Not later: whoever is served comes again perhaps, and where others share the port, newcomers do not end. Confined to the
 * channel's loop.
 */
final class LastAccept {
    /** Newcomers beyond those that waited at the start who are still served; a flood must not keep a drain from closing. */
    private static final int MORE = 64;
    /** What is accepted at most. */
    private static final int MAX = 16 * 1024;
    /** Between two looks the loop has a turn in which it accepts. */
    private static final long TURN_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Where the queue's depth is unknown: so many turns in which nobody came mean that it is empty. */
    private static final int QUIET_TURNS = 20;

    private final AcceptorContext context;
    private final Channel server;
    private final ListeningSocket socket;
    private final CompletableFuture<Double> done;
    private final double waiting;
    private int accepted; // from this server channel: others of its address may go on
    private int acceptedLast;
    private int quietTurns;

    LastAccept(Listening listening, Channel server, ListeningSocket socket, CompletableFuture<Double> done) {
        this.context = listening.context();
        this.server = server;
        this.socket = socket;
        this.done = done;
        double depth = depth();
        this.waiting = Double.isNaN(depth) ? 0 : depth;
    }

    private double depth() {
        double own = socket.queue().depth();
        return Double.isNaN(own) ? context.queue().reading().depth() : own;
    }

    /** One more has come; it may be that they come faster than we can serve the last of them. */
    void accepted() {
        accepted++;
        if (accepted > waiting + MORE) {
            context.admission().draining();
        }
    }

    /** The channel has accepted a batch by itself: who is served after it, and comes again, is not waited for. */
    void batchEnded() {
        if (!done.isDone() && !socket.isRing() && socket.queue().depth() == 0) {
            close();
        }
    }

    void turn() {
        if (done.isDone()) {
            return;
        }
        if (!server.isOpen() || isEmpty() || accepted >= MAX) {
            close();
        } else {
            nextTurn(this::turn);
        }
    }

    private boolean isEmpty() {
        int start = accepted;
        int before;
        do {
            before = accepted;
            if (!socket.acceptBatch()) {
                return seemsEmpty();
            }
        } while (accepted > before && accepted < start + MORE);
        return accepted == before;
    }

    /** For a channel that accepts when its loop says so. */
    private boolean seemsEmpty() {
        quietTurns = accepted == acceptedLast ? quietTurns + 1 : 0;
        acceptedLast = accepted;
        AcceptQueueReading own = socket.queue();
        if (!own.known() || own.depth() > 0) {
            return quietTurns >= QUIET_TURNS;
        }
        return quietTurns > 0 || !socket.isRing(); // a ring has taken some that it has not shown yet
    }

    private void close() {
        AcceptQueueReading own = socket.queue();
        if (own.known()) {
            server.close();
            done.complete(own.depth());
        } else {
            LeavingListener leaving = LeavingListener.about(context.queue());
            server.close();
            tellWhenGone(leaving, 0);
        }
    }

    /** On NIO the descriptor is closed when the selector has forgotten the channel. */
    private void tellWhenGone(LeavingListener leaving, int turns) {
        double depth = leaving.depth();
        if (Double.isNaN(depth) && turns < QUIET_TURNS) {
            nextTurn(() -> tellWhenGone(leaving, turns + 1));
        } else {
            done.complete(depth);
        }
    }

    private void nextTurn(Runnable task) {
        server.eventLoop().schedule(task, TURN_NANOS, TimeUnit.NANOSECONDS);
    }
}
