package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.RejectReason;
import io.acceptor.engine.Causes;
import io.acceptor.engine.Ticket;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection: what has been seen of it, and its one end.
 *
 * <p>Confined to the loop that accepted it until its channel is registered, and to the channel's loop from then on; the
 * registration orders the two. {@link #cut()} may be called from anywhere.
 */
final class NettyConnection {
    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final List<Class<?>> NEEDED = List.of(
            NettyConnection.class,
            Ticket.class,
            Peer.class,
            ChildHead.class,
            ChildConfig.class,
            EarlyInput.class,
            Sending.class,
            WaitingStage.class,
            HandedStage.class,
            Lingering.class);

    private static final VarHandle SILENT_SINCE;

    static {
        try {
            SILENT_SINCE = MethodHandles.lookup().findVarHandle(NettyConnection.class, "silentSince", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Listening listening;
    final Channel channel;
    final Wire wire;
    final Ticket ticket;

    ByteBuffer greeting = NOTHING;
    /** What is being sent and not yet sent in full: the greeting or a refusal's reply. */
    ByteBuffer out = NOTHING;

    boolean spoken;
    boolean finSeen;
    /** A handler of the user's has sent something. */
    boolean userWrote;
    /** The user has ended what the client reads; a FIN is only the answer to that. */
    boolean outputEnded;

    boolean handedOver;
    /** Nothing is said before the balancer's header has come. */
    boolean awaitsHeader;
    /** The balancer has made it for itself. */
    boolean balancersOwn;

    @Nullable
    RejectReason rejectReason;

    /** When all that it is greeted with was sent by the loop that accepts, on {@link System#nanoTime()}; 0 if it was not. */
    long greetedNanos;

    /** How it ends, once that is decided. */
    @Nullable
    Outcome ending;

    /** What nobody in the user's pipeline has dealt with. */
    @Nullable
    Throwable failure;

    /** Since when the client's first byte is waited for, on {@link System#nanoTime()}, 0 while it is not; whoever sets it back decides. */
    private volatile long silentSince;

    private boolean resetSeen;
    private @Nullable Throwable resetCause;
    private volatile boolean cut;
    private volatile @Nullable ChannelHandlerContext context;

    /**
     * Loads what a first client needs, on the thread of who starts the server. The first buffer of Netty's allocator starts the JDK's
     * flight recorder, which takes 100 ms on a quiet machine: an event loop would do nothing else for as long.
     */
    static void load() {
        try {
            for (Class<?> needed : NEEDED) {
                MethodHandles.lookup().ensureInitialized(needed);
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        ByteBufAllocator.DEFAULT.directBuffer().release();
    }

    NettyConnection(Listening listening, Channel channel, Wire wire, Ticket ticket) {
        this.listening = listening;
        this.channel = channel;
        this.wire = wire;
        this.ticket = ticket;
    }

    /** Its channel has an event loop now. */
    void registered(ChannelHandlerContext head) {
        context = head;
    }

    boolean isRegistered() {
        return context != null;
    }

    boolean isEnded() {
        return ticket.isEnded();
    }

    boolean isCut() {
        return cut;
    }

    // ---- making room

    /** The channel's loop: it may be closed for a newcomer from now on. */
    void maySilentlyMakeRoom() {
        long since =
                greetedNanos == 0 ? System.nanoTime() : greetedNanos; // its own loop may be late, another one may not
        silentSince = since == 0 ? 1 : since;
    }

    long silentSince() {
        return silentSince;
    }

    boolean isSilent() {
        return silentSince != 0;
    }

    /** Ends its silence, once: the channel's loop for what the client did, or an accepting loop for a newcomer. */
    boolean endSilence() {
        return silentSince != 0 && (long) SILENT_SINCE.getAndSet(this, 0L) != 0;
    }

    /** Any thread, after {@link #endSilence()}: its permits are given back at once, and it is closed on its loop. */
    void makeRoom() {
        listening.context().admission().release(ticket);
        if (channel.eventLoop().inEventLoop()) {
            drop(Outcome.MADE_ROOM);
            return;
        }
        try {
            channel.eventLoop().execute(() -> drop(Outcome.MADE_ROOM));
        } catch (RejectedExecutionException e) {
            end(Outcome.CUT); // its loop has ended, and closed all that it had
        }
    }

    // ---- what is seen of the client

    /** The client has reset it. */
    void sawReset(@Nullable Throwable cause) {
        resetSeen = true;
        resetCause = cause;
    }

    /** The outcome of a reset, by how far things had come. */
    Outcome resetOutcome() {
        if (spoken) {
            return Outcome.PEER_RESET;
        }
        if (awaitsHeader) {
            return Outcome.RESET_BEFORE_GREETING;
        }
        boolean begun = !greeting.hasRemaining() || out.position() > greeting.position();
        return begun ? Outcome.RESET_AFTER_GREETING : Outcome.RESET_BEFORE_GREETING;
    }

    /** The outcome if what was handed over ended now. */
    Outcome outcomeNow() {
        if (cut) {
            return Outcome.CUT;
        }
        if (resetSeen) {
            return resetOutcome();
        }
        if (!spoken && finSeen && !outputEnded) {
            return Outcome.CLOSED_SILENTLY;
        }
        return failure == null ? Outcome.COMPLETED : Outcome.HANDLER_FAILED;
    }

    /** Whether an exception only reports that the client has gone, in whatever way the user's code came to know of it. */
    boolean isPeersDoing(Throwable suspect) {
        if (suspect instanceof EOFException) {
            return finSeen;
        }
        return Causes.anyOf(
                suspect, cause -> cause == resetCause || (cause instanceof ClosedChannelException && hasPeerEnded()));
    }

    private boolean hasPeerEnded() {
        return resetSeen || (finSeen && !channel.isOpen());
    }

    /** Whether something that was written is not in the kernel's buffer yet. */
    boolean hasPendingWrites() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending != null && pending.totalPendingWriteBytes() > 0;
    }

    /** No handler of the user's has dealt with this. False if it only reports that the client has gone. */
    boolean isUsersFault(Throwable cause) {
        if (isPeersDoing(cause)) {
            return false;
        }
        if (failure == null) {
            failure = cause;
        }
        return true;
    }

    /** Says in the log that the user's handlers have failed, at most once a second. */
    void report(Throwable cause) {
        listening
                .context()
                .events()
                .failure(
                        "handler failed for #" + ticket.id() + " "
                                + ticket.peer().remoteAddress(),
                        cause);
    }

    // ---- its end

    /** Closes it at once; this is how it ends, unless that was decided before. */
    void drop(Outcome outcome) {
        if (ending == null) {
            ending = rejectReason != null ? Outcome.REJECTED : outcome;
        }
        ChannelHandlerContext head = context;
        if (head != null) {
            head.close(); // the end is counted when the channel is inactive
        } else {
            channel.unsafe().closeForcibly();
            end(ending);
        }
    }

    /** Puts the end into the books. To be called with the descriptor closed; only the first call counts. */
    void end(Outcome outcome) {
        if (handedOver && !ticket.isEnded()) {
            if (outcome == Outcome.COMPLETED) {
                listening.context().admission().handled(ticket, null);
            } else if (outcome == Outcome.HANDLER_FAILED) {
                listening.context().admission().handled(ticket, failure == null ? new IOException("failed") : failure);
            }
        }
        boolean local = balancersOwn && (outcome.isProbeLike() || outcome == Outcome.COMPLETED);
        RejectReason reason = outcome == Outcome.REJECTED ? rejectReason : null; // else it was cut before it heard that
        if (ticket.end(local ? Outcome.PROXY_LOCAL : outcome, reason)) {
            listening.ended(this);
        }
    }

    /** Closes it from whatever thread, however far it is. What was over already, but for a lingering close, stays what it was. */
    void cut() {
        cut = true;
        if (!channel.isRegistered()) {
            if (!channel.isOpen()) {
                end(Outcome.CUT); // a boss handler has kept it, and closed it later: nobody hears of that
            }
            return; // else on its way to its loop, which looks
        }
        try {
            channel.eventLoop().execute(() -> drop(Outcome.CUT));
        } catch (RejectedExecutionException e) {
            end(Outcome.CUT); // its loop has ended, and closed all that it had
        }
    }
}
