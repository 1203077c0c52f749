package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.engine.AcceptFailures;
import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.HandOff;
import io.acceptor.engine.ReserveDescriptor;
import io.acceptor.engine.Ticket;
import io.acceptor.engine.WaitSampler;
import io.acceptor.engine.WatchedLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes connections from one bound server channel, and pauses when it must. Confined to its loop, except what says otherwise. */
final class Accepting {
    /** The queue's longest is net.core.somaxconn, 4,096 by default; this is what one exhausted round takes of it. */
    private static final int EXHAUSTED_BATCH = 1024;
    /** How soon to try again when somebody else of this process has taken the reserve's slots. */
    private static final long RESERVE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How soon a limit that leaves connections in the backlog is looked at again; our own closes end the pause earlier. */
    private static final long BACKLOG_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * How long the channel that makes room may take to close; its end ends the pause. Netty shows no connection before it has a channel,
     * so at want of descriptors nobody sees beforehand whether the newcomer lives; one that does not leaves its descriptor to the next.
     */
    private static final long CLOSING_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Listening listening;
    private final AcceptorContext context;
    private final ChannelHandlerContext handler;
    private final Channel server;
    private final ListeningSocket socket;
    private final SilentChannels silent;
    private final Reception reception;
    private final @Nullable WaitSampler waits;
    private final AcceptFailures failures;
    private final Batches batches;
    private final AcceptPause pause;
    private final boolean readsFromTheStart;
    private final boolean leavesInBacklog;
    private @Nullable Future<?> limitsTimer;
    private boolean watchingQuiet;
    private volatile @Nullable CompletableFuture<Double> lastCall;
    private @Nullable LastAccept lastAccept; // made with the first thing that happens after the last call

    Accepting(Listening listening, ChannelHandlerContext handler, ListeningSocket socket, Batches batches) {
        this.listening = listening;
        this.context = listening.context();
        this.handler = handler;
        this.server = handler.channel();
        this.socket = socket;
        this.batches = batches;
        WatchedLoop loop = listening.watch(server.eventLoop(), true);
        this.silent = listening.silentChannels();
        this.reception = new Reception(context, loop, silent);
        this.waits = socket.isTold() ? null : new WaitSampler(context.metrics(), loop);
        this.failures = context.newFailures(socket.isRing());
        this.pause = new AcceptPause(handler, this::beforeResuming);
        this.readsFromTheStart = socket.isTold()
                && !socket.isRing()
                && context.settings().timing().handOff() != HandOff.AT_ONCE;
        this.leavesInBacklog = context.settings().limits().mayLeaveInBacklog();
        if (leavesInBacklog) {
            limitsTimer = server.eventLoop()
                    .scheduleWithFixedDelay(
                            this::leaveInBacklog, BACKLOG_PAUSE_NANOS, BACKLOG_PAUSE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    // ---- one connection

    void accepted(Channel child) {
        failures.accepted();
        NettyConnection connection = book(child);
        if (connection == null) {
            return;
        }
        try {
            batches.accepted();
            if (lastCall != null) {
                lastAccept().accepted();
            }
            if (waits != null) {
                waits.accepted(connection.ticket);
            }
            if (listening.isCutting()) {
                connection.drop(Outcome.CUT);
            } else if (listening.children().proxy().isSpokenFrom(remote(connection))) {
                reception.expectHeader(connection);
            } else {
                reception.welcome(connection);
            }
            if (!connection.isEnded()) {
                sendOff(connection);
            }
        } catch (Throwable t) { // whatever fails unexpectedly, the connection is not lost
            release(connection);
            context.events().failure("accepted connection could not be received", t);
        }
        if (leavesInBacklog && context.admission().leaveInBacklog() != null) {
            leaveInBacklog();
            listening.limitReached();
        }
    }

    private static void release(NettyConnection connection) {
        try {
            connection.cut();
        } finally {
            if (!connection.isRegistered()) {
                connection.drop(Outcome.CUT);
            }
        }
    }

    /** The transport has shown all that it accepted in this turn. */
    void turnEnded() {
        batches.turnEnded();
        if (lastCall != null) {
            lastAccept().batchEnded();
        }
    }

    /** Whether a read that somebody asks for has to wait. */
    boolean holdsReadBack() {
        return pause.holdsReadBack();
    }

    /** A limit may have been reached that leaves connections in the backlog. Any thread. */
    void lookAtLimits() {
        if (leavesInBacklog) {
            pause.onLoop(this::leaveInBacklog);
        }
    }

    /**
     * Pauses while a limit says so. Netty asks nobody before it accepts: so that is looked at after each connection, after each
     * end, and now and then for what others do to the limit.
     */
    private void leaveInBacklog() {
        if (leavesInBacklog && lastCall == null && context.admission().leaveInBacklog() != null) {
            pause.pause(BACKLOG_PAUSE_NANOS);
        }
    }

    /** Enters it into the books. Null if that failed; it is closed then. */
    private @Nullable NettyConnection book(Channel child) {
        Ticket ticket = null;
        try {
            Wire wire = socket.wire(child);
            Peer peer = new Peer(internet(child.remoteAddress()), internet(child.localAddress()));
            ticket = context.accepted(peer);
            return new NettyConnection(listening, child, wire, ticket);
        } catch (RuntimeException | Error e) {
            child.unsafe().closeForcibly();
            if (ticket != null) {
                ticket.end(Outcome.CUT, null);
            }
            context.events().failure("accepted connection could not be set up", e);
            return null;
        }
    }

    private static InetSocketAddress internet(@Nullable SocketAddress address) {
        return Wire.known(address instanceof InetSocketAddress internet ? internet : null);
    }

    /** Where it comes from, by what the kernel knows. */
    static InetAddress remote(NettyConnection connection) {
        return connection.ticket.peer().remoteAddress().getAddress();
    }

    /**
     * Gives it to the boss handlers and to Netty's acceptor, which registers it with its event loop: now, if that is this one. What
     * is refused and still has words to hear stays with this loop, and no handler of the user's hears of it.
     */
    private void sendOff(NettyConnection connection) {
        Channel child = connection.channel;
        child.pipeline().addLast(new ChildHead(connection, pause::arrived));
        listening.opened(connection);
        pause.sentOff();
        if (readsFromTheStart) {
            child.unsafe().beginRead(); // with its registration: one system call less
        }
        if (connection.rejectReason == null) {
            handler.fireChannelRead(child);
        } else {
            server.eventLoop().register(child);
        }
        if (!child.isOpen() && !connection.isRegistered()) {
            neverRegistered(connection); // its event loop has ended, or a boss handler has refused it
        } else if (!connection.isRegistered()) { // it is another loop's, and the kernel may refuse to watch it there
            child.closeFuture().addListener(closed -> {
                if (!connection.isRegistered()) {
                    neverRegistered(connection);
                }
            });
        }
    }

    /** Netty has closed it: no handler hears of that. Any thread. */
    private void neverRegistered(NettyConnection connection) {
        pause.arrived();
        connection.end(Outcome.CUT);
    }

    // ---- failures

    void failed(Throwable cause) {
        AcceptFailures.Kind kind = failures.classify(server.isOpen(), cause);
        long pauseNanos = failures.failed(kind, cause);
        if (kind == AcceptFailures.Kind.FATAL) {
            return;
        }
        if (failures.exhausted() && silent.makeRoom()) {
            pause.pause(CLOSING_NANOS);
        } else {
            if (failures
                    .exhausted()) { // a descriptor may have come free just now; within an episode everybody is answered
                ReserveDescriptor.whileFreed(this::refuseWaiting);
            }
            pause.pause(pauseNanos);
        }
        watchQuiet();
    }

    /** With the spare descriptors: take a client, refuse it, close it, again until nobody waits. */
    private void refuseWaiting() {
        try {
            for (int i = 0; i < EXHAUSTED_BATCH; i++) {
                Wire wire = socket.accept();
                if (wire == null) {
                    return;
                }
                reception.refuseForDescriptors(wire);
            }
        } catch (IOException | OutOfMemoryError e) {
            return; // another thread snatched the slot
        }
    }

    private void beforeResuming() {
        if (failures.exhausted() && !ReserveDescriptor.regain()) {
            pause.pause(RESERVE_PAUSE_NANOS); // a client must not get the slot that keeps the others answered
        } else {
            failures.resumed(System.nanoTime());
            leaveInBacklog();
        }
    }

    /** Has the end of an episode noticed. */
    private void watchQuiet() {
        long quietAt = failures.quietAt();
        if (watchingQuiet || quietAt == Long.MAX_VALUE) {
            return;
        }
        watchingQuiet = true;
        server.eventLoop()
                .schedule(
                        () -> {
                            watchingQuiet = false;
                            failures.endEpisode(System.nanoTime());
                            watchQuiet();
                        },
                        Math.max(1, quietAt - System.nanoTime()),
                        TimeUnit.NANOSECONDS);
    }

    /** A connection has ended: a descriptor or a permit came free, or the breaker opened. Any thread. */
    void connectionEnded() {
        if (!pause.endEarly()) {
            lookAtLimits();
        }
    }

    /** Whether it is switched off for now. Any thread. */
    boolean isPaused() {
        return pause.isTimed();
    }

    // ---- the end

    /** Accepts until the kernel's queue is empty, then closes. Gives what was seen there just before. Any thread. */
    CompletableFuture<Double> lastAcceptAndClose() {
        CompletableFuture<Double> atRisk = new CompletableFuture<>();
        lastCall = atRisk; // at once: the loop may be so busy accepting that the task has to wait
        try {
            server.eventLoop().execute(() -> {
                pause.endEarly();
                lastAccept().turn();
            });
        } catch (RejectedExecutionException e) {
            atRisk.complete(Double.NaN); // the loop has ended, and closed the channel
        }
        return atRisk;
    }

    private LastAccept lastAccept() {
        LastAccept begun = lastAccept;
        if (begun == null) {
            begun = new LastAccept(listening, server, socket, Objects.requireNonNull(lastCall));
            lastAccept = begun;
        }
        return begun;
    }

    /** Any thread. */
    void close() {
        server.close();
    }

    void channelClosed() {
        failures.closed();
        if (limitsTimer != null) {
            limitsTimer.cancel(false);
        }
        listening.channelClosed(this);
    }

    ListeningSocket socket() {
        return socket;
    }

    EventLoop loop() {
        return server.eventLoop();
    }
}
