package io.acceptor;

import io.acceptor.engine.Causes;
import io.acceptor.engine.Rejection;
import io.acceptor.engine.Settings;
import io.acceptor.engine.Ticket;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection.
 *
 * <p>It belongs to its loop until it is claimed, and to the claimer after that; the fields without a modifier are the loop's.
 * The claim is one compare-and-set on {@code state}:
 *
 * <pre>
 *   OWNED --offer--&gt; OFFERED --claim--&gt; CLAIMED
 *                     |  \--watch--&gt; WATCHED --claim--&gt; CLAIMED, once the loop has let go of it
 *                     \--reclaim (died, time over, refused, cut)--&gt; RECLAIMED &lt;-- WATCHED
 * </pre>
 *
 * An offered connection is not registered with the selector, so that a claim needs no help from the loop. One that stays
 * unclaimed for a moment, and has not spoken, is watched, so that those that die waiting are dropped.
 *
 * <p>One that waits on its loop for its client's first byte is OWNED or, where there are several loops, SILENT: another loop may then
 * displace it by a compare-and-set from SILENT to DISPLACED, gives its permits back and has its own loop close it.
 */
final class NioConnection {
    private static final List<Class<?>> NEEDED = List.of(
            NioConnection.class,
            Ticket.class,
            Peer.class,
            Rejection.class,
            Admission.Admit.class,
            Admission.Reject.class,
            HandlerConnection.class,
            ChannelSocket.class,
            HandedSocket.class,
            HandedInput.class,
            HandedOutput.class,
            HandedOutput.Sending.class,
            StallReport.class,
            DrainReport.class,
            PeerFailures.class,
            SocketOutcome.class,
            Causes.class,
            StarterThread.class);
    private static final int OWNED = 0;
    private static final int OFFERED = 1;
    private static final int WATCHED = 2;
    private static final int CLAIMED = 3;
    private static final int RECLAIMED = 4;
    private static final int SILENT = 5;
    private static final int DISPLACED = 6;
    private static volatile @Nullable Cleaner
            dropped; // written by load(); it has a thread, so no static initializer makes it
    private static final VarHandle STATE;
    private static final VarHandle OPEN_PARTS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(NioConnection.class, "state", int.class);
            OPEN_PARTS = lookup.findVarHandle(NioConnection.class, "openParts", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final NioLoop loop;
    final SocketChannel channel;
    final Ticket ticket;

    // the loop's
    @Nullable
    SelectionKey key;

    ByteBuffer greeting = NioLoop.NOTHING;
    /** When the greeting was in the kernel's buffer, or else when it was accepted, on {@link System#nanoTime()}. */
    long greetedNanos;

    /** What is being sent and not yet sent in full: the greeting or a refusal's reply. */
    ByteBuffer out = NioLoop.NOTHING;
    /** A byte that was read to see whether the client is alive, for the worker; -1 if none. */
    int firstByte = -1;

    boolean finSeen;
    /** Whether a silent one was closed for it: at most one is. */
    boolean hasDisplaced;

    /** Whether it has found no worker, and nobody has made room for it yet. */
    boolean lacksWorker;

    boolean lingering;
    int discarded;
    /** How it will end once its descriptor is closed. */
    @Nullable
    Outcome ending;

    @Nullable
    RejectReason rejectReason;

    @Nullable
    Deadlines deadlines;

    long deadline;

    @Nullable
    NioConnection previous;

    @Nullable
    NioConnection next;

    // shared
    private volatile int state = OWNED;
    private volatile int openParts;
    private volatile boolean letGo;
    private volatile @Nullable Thread claimer;
    /** As what we have closed it under whoever had claimed it; null if we have not. */
    private volatile @Nullable Outcome cutAs;

    private volatile @Nullable Outcome decided;
    private volatile @Nullable HandedSocket handlersSocket; // from open(true) on
    private volatile Cleaner.@Nullable Cleanable ifDropped;
    long offeredNanos; // published by the claim
    long claimedNanos; // published by handlersSocket

    NioConnection(NioLoop loop, SocketChannel channel, Ticket ticket) {
        this.loop = loop;
        this.channel = channel;
        this.ticket = ticket;
        this.greetedNanos = ticket.acceptedNanos();
    }

    /**
     * Loads what a connection needs on its way: when descriptors run out, a class file could not be opened any more, and the
     * JVM remembers that for good. For the same reason nothing that may find no thread is left to a static initializer.
     */
    static synchronized void load() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            for (Class<?> needed : NEEDED) {
                lookup.ensureInitialized(needed);
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        if (dropped == null) {
            dropped = Cleaner.create();
        }
    }

    void leaveDeadlines() {
        if (deadlines != null) {
            deadlines.remove(this);
        }
    }

    boolean hasSpoken() {
        return firstByte >= 0;
    }

    // ---- the claim protocol

    /** Loop: from now on it may be claimed. False if another loop has displaced it. */
    boolean offered(long now) {
        offeredNanos = now;
        return STATE.compareAndSet(this, OWNED, OFFERED) || STATE.compareAndSet(this, SILENT, OFFERED);
    }

    /** Loop: it waits for its client's first byte; another loop may displace it from now on. */
    void fallsSilent() {
        STATE.compareAndSet(this, OWNED, SILENT);
    }

    /** Whether another loop may displace it. Any thread; true at most for a moment. */
    boolean isSilent() {
        return state == SILENT;
    }

    /** A loop: takes it, to have it closed for a newcomer. False if it cannot be displaced any more, or another loop was first. */
    boolean displace() {
        return STATE.compareAndSet(this, SILENT, DISPLACED) || STATE.compareAndSet(this, OWNED, DISPLACED);
    }

    /** Loop: from now on a claim must ask the loop to let go. */
    boolean watch() {
        return STATE.compareAndSet(this, OFFERED, WATCHED);
    }

    /** Loop: it can no longer be claimed. */
    boolean reclaim() {
        return STATE.compareAndSet(this, OFFERED, RECLAIMED) || STATE.compareAndSet(this, WATCHED, RECLAIMED);
    }

    boolean isOffered() {
        int now = state;
        return now == OFFERED || now == WATCHED;
    }

    boolean isWatched() {
        return state == WATCHED;
    }

    /** Whether it was never offered, or was taken back. */
    boolean isLoops() {
        int now = state;
        return now != OFFERED && now != WATCHED && now != CLAIMED;
    }

    /** Worker: takes the connection. False if it was reclaimed before. */
    boolean claim() {
        if (STATE.compareAndSet(this, OFFERED, CLAIMED)) {
            loop.server.context().books().noLongerPending();
            return true;
        }
        if (!STATE.compareAndSet(this, WATCHED, CLAIMED)) {
            return false;
        }
        loop.server.context().books().noLongerPending();
        claimer = Thread.currentThread();
        boolean asked = false;
        try {
            asked = loop.post(this, loop.offering::letGo);
        } finally {
            if (!asked) { // the loop has ended, or there was no memory to ask it with
                cut();
            }
        }
        if (!asked) {
            return false;
        }
        boolean interrupted = false;
        while (!letGo) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /** Loop: the selector has forgotten the channel, the claimer may go on. */
    void hasLetGo() {
        Thread waiting = claimer;
        letGo = true;
        boolean woken = false;
        try {
            loop.server.recipient().wake(() -> LockSupport.unpark(waiting));
            woken = true;
        } finally {
            if (!woken) {
                LockSupport.unpark(waiting); // there was no memory to have somebody else do it
            }
        }
    }

    // ---- in the claimer's hands

    /**
     * Looks once more before a loop of the user's gets it, which may have a write of its own to lose.
     *
     * @return how it ended, or null if it is alive
     */
    @Nullable
    Outcome lastLook() {
        if (hasSpoken()) {
            return null;
        }
        ByteBuffer oneByte = ByteBuffer.allocate(1);
        try {
            int count = channel.read(oneByte);
            if (count > 0) {
                firstByte = oneByte.get(0) & 0xff;
            }
            return count < 0 && loop.offering.dropsOnFin() ? Outcome.CLOSED_SILENTLY : null;
        } catch (IOException e) {
            return Outcome.RESET_AFTER_GREETING;
        }
    }

    /** Makes the user's socket. The parts that must end before the connection has: the socket, and a handler if one runs. */
    HandedSocket open(boolean withHandler) throws IOException {
        openParts = withHandler ? 2 : 1;
        channel.configureBlocking(true);
        HandedSocket socket = new HandedSocket(channel, firstByte, this::closedByUser);
        if (withHandler) {
            int readTimeout =
                    loop.server.context().settings().timing().handler().readMillis();
            if (readTimeout > 0) {
                socket.readTimeout(readTimeout);
            }
            handlersSocket = socket;
        }
        return socket;
    }

    /** Has the connection cut if the user forgets the socket without closing it. */
    void cutIfDropped(HandedSocket socket) {
        ifDropped = Objects.requireNonNull(dropped).register(socket, this::dropped);
    }

    private void dropped() {
        if (!ticket.isEnded() && decided == null) {
            cut();
            String what =
                    "socket of #" + ticket.id() + " " + ticket.peer().remoteAddress() + " was dropped without close()";
            loop.server.context().events().failure(what, null);
        }
    }

    /** The first close of the user's socket. */
    private void closedByUser(HandedSocket socket) {
        boolean lingers = false;
        try {
            if (decided == null && openParts == 1) {
                decided = decide(socket, null);
            }
            lingers = endOutput(socket) && hasLastWords(socket) && linger();
        } finally {
            if (!lingers) {
                closePart();
            }
        }
    }

    private void closePart() {
        try {
            closeChannel();
        } finally {
            partEnded();
        }
    }

    /**
     * Says FIN before the close, which would be a reset if the client has sent what nobody read. The JDK's sockets do so too.
     *
     * @return false if there is nobody who could hear it, or the user wants a reset
     */
    private boolean endOutput(HandedSocket socket) {
        return !socket.inputEnded() && socket.peerGone() == null && !socket.resetsOnClose() && shutdownOutput();
    }

    /** Says FIN. False if the client has gone, or we have closed the channel. */
    boolean shutdownOutput() {
        try {
            channel.shutdownOutput();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether our own RST could still destroy something that was sent. */
    private boolean hasLastWords(HandedSocket socket) {
        boolean sent = socket.bytesSent() > 0 || greeting.hasRemaining();
        return sent && !socket.lingerChosen() && socket.idle();
    }

    private boolean linger() {
        try {
            channel.configureBlocking(false);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
        return loop.post(this, loop.closing::linger);
    }

    /** The handler returned or threw. */
    void handlerEnded(HandedSocket socket, @Nullable Throwable failure) {
        Outcome outcome = Outcome.COMPLETED;
        try {
            outcome = decide(socket, failure);
            decided = outcome;
            tellBreaker(outcome, failure);
        } finally {
            try {
                socket.close();
            } finally {
                partEnded();
            }
        }
        if (failure != null && SocketOutcome.isWorthALine(outcome, socket, failure)) {
            String what =
                    "handler failed for #" + ticket.id() + " " + ticket.peer().remoteAddress();
            loop.server.context().events().failure(what, failure);
        }
    }

    /** Only a return is a success, and only a failure of the handler's own one; every other end gives the permission back unused. */
    private void tellBreaker(Outcome outcome, @Nullable Throwable failure) {
        boolean success = outcome == Outcome.COMPLETED && failure == null;
        if (success || outcome == Outcome.HANDLER_FAILED) {
            loop.server.context().admission().handled(ticket, failure);
        }
    }

    private Outcome decide(HandedSocket socket, @Nullable Throwable failure) {
        Outcome cut = cutAs;
        return cut != null ? cut : SocketOutcome.of(socket, failure);
    }

    /** One part of a claimed connection is over; the last one puts the end into the books. */
    void partEnded() {
        Cleaner.Cleanable cleanable = ifDropped;
        if (cleanable != null) {
            cleanable.clean();
        }
        if ((int) OPEN_PARTS.getAndAdd(this, -1) == 1) {
            Outcome outcome = decided;
            end(outcome == null ? Outcome.COMPLETED : outcome, null);
        }
    }

    /** Closes it from whatever thread, whoever holds it. What was over already, but for a lingering close, stays what it was. */
    void cut() {
        cutAs(Outcome.CUT);
    }

    private void cutAs(Outcome outcome) {
        cutAs = outcome;
        lingerOnClose(-1); // what the user may have set would have us wait here
        Outcome before = decided;
        closeAs(before == null ? outcome : before);
    }

    /**
     * Whether a handler waits for the client's first byte: it is in its first read, and has sent nothing since that began. Any
     * thread; true at most for a moment.
     */
    boolean handlerAwaitsFirstByte() {
        HandedSocket socket = handlersSocket;
        return socket != null && cutAs == null && socket.awaitsFirstByte();
    }

    /** From now on it is not found again by who looks for one to make room. */
    void makingRoom() {
        cutAs = Outcome.MADE_ROOM;
    }

    /** Closes a claimed one for a newcomer: its handler's read ends with an exception, which is no failure. Any thread. */
    void makeRoom() {
        cutAs(Outcome.MADE_ROOM);
    }

    /**
     * Which time limit of its handler is over, if one is. Any thread; true at most for a moment.
     *
     * @param clientsWait whether somebody could have its worker
     */
    @Nullable
    String handlersTimeUp(Settings.HandlerLimits limits, boolean clientsWait, long now) {
        HandedSocket socket = handlersSocket;
        if (socket == null || socket.isClosed() || decided != null) {
            return null;
        }
        long lasted = now - claimedNanos;
        if (lasted >= limits.conversationNanos()) {
            return "conversationTimeout";
        }
        boolean clientKeepsItWaiting = !socket.isEstablished() && !socket.idle();
        return clientsWait && clientKeepsItWaiting && lasted >= limits.firstRequestNanos()
                ? "firstRequestTimeout"
                : null;
    }

    /** Loop: a time limit of its handler is over. Its reads and writes fail from now on, which is no failure of the handler. */
    void expire(String limit) {
        HandedSocket socket = handlersSocket;
        if (socket == null || decided != null) {
            return;
        }
        Runnable close = () -> closeExpired(socket); // from here on nothing may fail
        if (socket.expire(limit)) {
            loop.server.context().admission().release(ticket);
            loop.server.recipient().wake(close);
        }
    }

    private void closeExpired(HandedSocket socket) {
        endOutput(socket);
        cutAs(socket.bytesReceived() == 0 ? Outcome.SILENT_TIMEOUT : Outcome.READ_TIMEOUT);
    }

    /** Something of ours or of the user's failed after the claim: it must not be lost. */
    void failedAfterClaim(Throwable failure) {
        cut();
        loop.server.context().events().failure("a connection could not be handed over", failure);
    }

    /** {@link #open} failed: it was cut meanwhile, or the client has reset it, which on macOS fcntl says (EINVAL). */
    void openFailed(IOException cause) {
        if (cause instanceof ClosedChannelException) {
            cut();
        } else {
            closeAs(hasSpoken() ? Outcome.PEER_RESET : Outcome.RESET_AFTER_GREETING);
        }
    }

    /** Closes and ends it; for the one who has claimed it. */
    void closeAs(Outcome outcome) {
        try {
            closeChannel();
        } finally {
            end(outcome, null);
        }
    }

    /** To be called with the descriptor closed. */
    void end(Outcome outcome, @Nullable RejectReason reason) {
        ticket.end(outcome, reason);
        loop.server.ended(this);
    }

    void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            // the descriptor is released all the same; there is nobody to tell and nothing to do
        }
    }

    void resetOnClose() {
        lingerOnClose(0);
    }

    private void lingerOnClose(int seconds) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, seconds);
        } catch (IOException e) {
            // closed already
        }
    }
}
