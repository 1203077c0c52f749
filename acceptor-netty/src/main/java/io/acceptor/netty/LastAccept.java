package io.acceptor.netty;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.LeavingListener;
import io.acceptor.queue.AcceptQueueReading;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The last accept of a server channel: lets its loop go on accepting until the kernel's queue is empty, then closes it.
 * Confined to that loop.
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

    void turn() {
        double depth = depth();
        quietTurns = accepted == acceptedLast ? quietTurns + 1 : 0;
        acceptedLast = accepted;
        boolean empty = quietTurns >= (depth == 0 ? 1 : QUIET_TURNS); // io_uring takes them before it shows them
        if (empty || accepted >= MAX || !server.isOpen()) {
            close();
            return;
        }
        nextTurn(this::turn);
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
