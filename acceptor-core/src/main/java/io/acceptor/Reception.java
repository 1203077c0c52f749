package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.AdmissionControl;
import io.acceptor.engine.HandOff;
import io.acceptor.engine.Rejection;
import io.acceptor.engine.Settings;
import io.acceptor.engine.Ticket;
import io.acceptor.metrics.AcceptorMetrics;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks whether the client is alive, admits it, greets it and waits for its turn; or refuses it. Confined to its loop. */
final class Reception {
    /** What one connection is sent in a turn: what plain sockets of the JDK send at once. */
    private static final int PIECE = 128 * 1024;

    /** What all are sent before the loop does something else: copying it takes the kernel well under a millisecond. */
    private static final int TURN_BYTES = 4 * PIECE;

    /** A probe's RST follows its handshake by 20 to 50 microseconds on loopback, and by the jitter of a LAN elsewhere. */
    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final NioLoop loop;
    private final AcceptorContext context;
    private final AdmissionControl control;
    private final Question admission;
    private final Question besidesPlace;
    private final Question toPlace;
    private final AcceptorMetrics metrics;
    private final Settings.Timing timing;
    private final Greeting greeting;
    private final boolean looksFirst;
    private final Deadlines sending;
    private final Deadlines justGreeted = new Deadlines(MOMENT_NANOS);
    private final Deadlines waiting;
    private final Newcomers newcomers = new Newcomers();
    private final ByteBuffer oneByte = ByteBuffer.allocateDirect(1);
    private final Consumer<NioConnection> clientMoved = this::clientMoved;
    private int bytesLeft; // of TURN_BYTES

    Reception(NioLoop loop) {
        this.loop = loop;
        this.context = loop.server.context();
        this.metrics = context.metrics();
        this.control = context.admission();
        this.admission = control::admit;
        this.besidesPlace = (ticket, leaving) -> control.refusalBesidesPlace(ticket);
        this.toPlace = (ticket, leaving) -> control.admitToPlace(ticket);
        this.timing = context.settings().timing();
        this.greeting = context.settings().greeting();
        this.looksFirst = greeting.isNone() || context.admission().looksFirst();
        this.sending = new Deadlines(timing.greetingTimeoutNanos());
        this.waiting = new Deadlines(timing.handOffNanos());
    }

    /** What the engine is for: from accept to greeted without waiting. The greeting's own send tells the dead from the living. */
    void welcome(NioConnection connection) {
        if (looksFirst && !isAlive(connection)) {
            return;
        }
        Rejection rejection = inAdmission(admission, connection);
        if (rejection != null && !looksFirst && !isAlive(connection)) {
            return;
        }
        if (rejection != null && rejection.reason() == RejectReason.MAX_CONNECTIONS && mayDisplace(connection)) {
            rejection = admitInPlaceOfAnother(connection, rejection);
        }
        if (rejection != null) {
            newcomers.client(connection.ticket.acceptedNanos());
            refuse(connection, rejection);
        } else {
            greet(connection);
        }
    }

    /** One newcomer displaces at most one. */
    private boolean mayDisplace(NioConnection newcomer) {
        return loop.silent.makesRoom() && !newcomer.finSeen && !newcomer.hasDisplaced;
    }

    /** Has another one make room, if that is all it takes to admit this one. */
    private @Nullable Rejection admitInPlaceOfAnother(NioConnection newcomer, Rejection full) {
        Rejection refused = inAdmission(besidesPlace, newcomer);
        if (refused != null) {
            return refused;
        }
        return displacesOne(newcomer) ? inAdmission(toPlace, newcomer) : full;
    }

    private boolean displacesOne(NioConnection newcomer) {
        newcomer.hasDisplaced = loop.silent.freeConnection(System.nanoTime());
        return newcomer.hasDisplaced;
    }

    private @Nullable Rejection inAdmission(Question question, NioConnection connection) {
        if (!control.runsUserCode()) {
            return question.ask(connection.ticket, connection.finSeen);
        }
        loop.pulse.inUserCode("admission");
        try {
            return question.ask(connection.ticket, connection.finSeen);
        } finally {
            loop.pulse.working();
        }
    }

    /** What is asked of the limits, which may run the user's code. Made beforehand: there may be no memory to link it when it is needed. */
    @FunctionalInterface
    private interface Question {
        @Nullable
        Rejection ask(Ticket ticket, boolean leaving);
    }

    /** False if it was reset; it is closed then. */
    private boolean isAlive(NioConnection connection) {
        if (look(connection)) {
            return true;
        }
        left(connection, Outcome.RESET_BEFORE_GREETING);
        return false;
    }

    /** It goes as a probe does. */
    void left(NioConnection connection, Outcome outcome) {
        newcomers.probe(connection.ticket.acceptedNanos());
        loop.closing.close(connection, outcome);
    }

    /** Reads at most one byte, to be given back to the worker. False if the client has reset the connection. */
    boolean look(NioConnection connection) {
        if (connection.hasSpoken()) {
            return true;
        }
        oneByte.clear();
        try {
            int count = connection.channel.read(oneByte);
            if (count > 0) {
                connection.firstByte = oneByte.get(0) & 0xff;
            } else if (count < 0) {
                connection.finSeen = true;
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void greet(NioConnection connection) {
        ByteBuffer bytes = bytesFor(connection);
        if (bytes == null) {
            loop.closing.close(connection, Outcome.GREETING_FAILED);
            return;
        }
        if (!bytes.hasRemaining() && !looksFirst && !isAlive(connection)) {
            return; // nothing to send that would have told
        }
        connection.greeting = bytes;
        connection.out = bytes.duplicate();
        send(connection);
    }

    private @Nullable ByteBuffer bytesFor(NioConnection connection) {
        Peer peer = connection.ticket.peer();
        if (!greeting.isPerConnection()) {
            return greeting.bytesFor(peer);
        }
        loop.pulse.inUserCode("greeting supplier");
        try {
            ByteBuffer bytes = greeting.bytesFor(peer);
            if (bytes == null) {
                context.events().failure("greeting supplier gave null for " + peer.remoteAddress(), null);
            }
            return bytes;
        } catch (Throwable t) {
            context.events().failure("greeting supplier failed for " + peer.remoteAddress(), t);
            return null;
        } finally {
            loop.pulse.working();
        }
    }

    /** Sends what there is to send; what the socket does not take follows when it can. */
    void send(NioConnection connection) {
        ByteBuffer out = connection.out;
        if (out.hasRemaining()) {
            try {
                write(connection.channel, out);
            } catch (IOException e) {
                sendFailed(connection);
                return;
            }
        }
        if (!out.hasRemaining()) {
            sent(connection);
        } else if (connection.deadlines == null) {
            sending.add(connection, System.nanoTime());
            loop.interest(connection, SelectionKey.OP_WRITE);
        }
    }

    /**
     * One piece: a kernel's buffer takes megabytes, and the JDK copies all of a heap buffer before it sends what fits. What is left
     * follows in the next turns.
     */
    private void write(SocketChannel channel, ByteBuffer out) throws IOException {
        int end = out.limit();
        try {
            out.limit(out.position() + Math.min(end - out.position(), Math.min(PIECE, bytesLeft)));
            bytesLeft -= channel.write(out);
        } finally {
            out.limit(end);
        }
    }

    /** Before the ready ones are served, and before newcomers are: neither takes the other's share. */
    void mayFillBuffers() {
        bytesLeft = TURN_BYTES;
    }

    /** Whether others are to have their turn; who still has something to send is told of by the selector again. */
    boolean hasSentEnough() {
        return bytesLeft <= 0;
    }

    private void sendFailed(NioConnection connection) {
        boolean begun = connection.out.position() > connection.greeting.position();
        if (begun) {
            loop.closing.close(connection, resetWhileGreeted(connection));
        } else {
            left(connection, Outcome.RESET_BEFORE_GREETING);
        }
    }

    /** What the client had sent can still be read behind its reset. */
    private Outcome resetWhileGreeted(NioConnection connection) {
        return look(connection) && connection.hasSpoken() ? Outcome.PEER_RESET : Outcome.RESET_AFTER_GREETING;
    }

    private void sent(NioConnection connection) {
        connection.leaveDeadlines();
        if (connection.rejectReason != null) {
            loop.closing.lastWordsSent(connection);
            return;
        }
        if (connection.greeting.hasRemaining()) {
            connection.greetedNanos = System.nanoTime();
            loop.pulse.recordGreeting(metrics, connection.greetedNanos - connection.ticket.acceptedNanos());
        }
        awaitTurn(connection);
    }

    /** Before the worker gets it; a probe does not come that far. False if one failed; it is closed then. */
    boolean setOptions(NioConnection connection) {
        for (Map.Entry<SocketOption<?>, Object> option :
                context.settings().options().entrySet()) {
            try {
                setOption(connection, option.getKey(), option.getValue());
            } catch (IOException | RuntimeException e) {
                optionFailed(connection, option.getKey().name(), e);
                return false;
            }
        }
        return true;
    }

    /** On macOS no option can be set any more (EINVAL) when the client has reset the connection. */
    private void optionFailed(NioConnection connection, String name, Exception cause) {
        if (cause instanceof IOException && loop.closing.isDone(connection)) {
            loop.closing.close(connection, connection.hasSpoken() ? Outcome.PEER_RESET : Outcome.RESET_AFTER_GREETING);
        } else {
            loop.closing.close(connection, Outcome.CUT);
            context.events().failure("option " + name + " could not be set", cause);
        }
    }

    @SuppressWarnings("unchecked") // the pair was type-checked when it was set
    private static void setOption(NioConnection connection, SocketOption<?> name, Object value) throws IOException {
        connection.channel.setOption((SocketOption<Object>) name, value);
    }

    private void awaitTurn(NioConnection connection) {
        if (timing.handOff() == HandOff.AT_ONCE || connection.hasSpoken()) {
            handOver(connection);
        } else if (connection.finSeen) {
            left(connection, Outcome.CLOSED_SILENTLY);
        } else {
            watch(connection);
        }
    }

    private void handOver(NioConnection connection) {
        newcomers.client(connection.ticket.acceptedNanos());
        loop.offering.offer(connection);
    }

    /**
     * In a crowd, a probe's reset is some microseconds away: looking again a moment later finds most probes dead and spares
     * them the selector (two epoll_ctl, a wake-up and a selectNow each). Otherwise the selector tells at once.
     */
    private void watch(NioConnection connection) {
        long now = System.nanoTime();
        if (newcomers.areCrowd(now) && connection.key == null) {
            justGreeted.add(connection, now);
        } else {
            await(connection, now);
        }
    }

    private void await(NioConnection connection, long now) {
        newcomers.client(connection.ticket.acceptedNanos());
        waiting.add(connection, now);
        loop.interest(connection, SelectionKey.OP_READ);
        loop.server.fallsSilent(connection);
    }

    /** A greeted client spoke, or left. */
    void clientMoved(NioConnection connection) {
        if (!look(connection)) {
            left(connection, Outcome.RESET_AFTER_GREETING);
        } else if (connection.hasSpoken()) {
            handOver(connection);
        } else if (connection.finSeen) {
            left(connection, Outcome.CLOSED_SILENTLY);
        } else if (connection.deadlines == null) {
            await(connection, System.nanoTime()); // the moment is over and it is still there
        }
    }

    /** The one that has been silent longest, if that is long enough; null if there is none. */
    @Nullable
    NioConnection longestSilent(long now) {
        NioConnection greeted = waiting.first();
        if (greeted != null && SilentConnections.isLongSilent(greeted, now)) {
            return greeted;
        }
        NioConnection notReading = sending.first();
        return notReading != null && notReading.rejectReason == null && SilentConnections.isLongSilent(notReading, now)
                ? notReading
                : null;
    }

    /** Closes it for a newcomer. False if it turns out that it has spoken, or makes room for another loop's newcomer. */
    boolean makeRoom(NioConnection silent) {
        boolean alive = look(silent);
        if (alive && silent.hasSpoken()) {
            if (!silent.out.hasRemaining()) {
                handOver(silent);
            }
            return false;
        }
        if (silent.out.hasRemaining()) {
            silent.resetOnClose(); // the kernel need not keep what the client does not read
        }
        boolean isFirst = silent.displace();
        context.admission().release(silent.ticket);
        Outcome left = silent.finSeen ? Outcome.CLOSED_SILENTLY : Outcome.MADE_ROOM;
        loop.closing.close(silent, alive ? left : Outcome.RESET_AFTER_GREETING);
        return isFirst;
    }

    /** Whether nearly all newcomers are probes, and so many of them that the loop may rest between turns. */
    boolean inStorm(long now) {
        return newcomers.areStorm(now);
    }

    void refuse(NioConnection connection, Rejection rejection) {
        connection.leaveDeadlines();
        connection.rejectReason = rejection.reason();
        context.admission()
                .release(connection.ticket); // the words of a refusal take their time, and none of its permits
        Refusal refusal = rejection.refusal();
        connection.out = refusal.replyBytes();
        connection.greeting = NioLoop.NOTHING;
        if (connection.out.hasRemaining()) {
            send(connection);
            return;
        }
        if (refusal.resets()) {
            connection.resetOnClose();
        } else {
            connection.shutdownOutput(); // or what the client has sent, and nobody read, would make a reset of it
        }
        loop.closing.close(connection, Outcome.REJECTED);
    }

    /**
     * Whether one that was accepted with a descriptor of the reserve may keep it: another one has made room, with its descriptor. Else it
     * is closed, and refused if it is alive.
     */
    boolean findsDescriptor(NioConnection connection) {
        if (!isAlive(connection)) {
            return false;
        }
        if (mayDisplace(connection) && context.admission().hasRoomFor(connection.ticket) && displacesOne(connection)) {
            loop.closing.closeCollected();
            return true;
        }
        refuseForDescriptors(connection);
        return false;
    }

    /** Nothing may be held open: what the socket takes of the reply at once is all that is sent. */
    private void refuseForDescriptors(NioConnection connection) {
        connection.rejectReason = RejectReason.DESCRIPTORS;
        Refusal refusal =
                context.admission().rejection(RejectReason.DESCRIPTORS).refusal();
        if (refusal.resets()) {
            connection.resetOnClose();
        }
        try {
            connection.channel.write(refusal.replyBytes());
            if (!refusal.resets()) {
                connection.shutdownOutput();
            }
        } catch (IOException e) {
            // refused all the same
        }
        loop.closing.close(connection, Outcome.REJECTED);
    }

    void expire(long now) {
        for (NioConnection due = justGreeted.pollExpired(now); due != null; due = justGreeted.pollExpired(now)) {
            loop.guarded(due, clientMoved);
        }
        for (NioConnection due = sending.pollExpired(now); due != null; due = sending.pollExpired(now)) {
            due.resetOnClose(); // the kernel need not keep what the client does not read
            loop.closing.close(due, Outcome.GREETING_TIMEOUT);
        }
        for (NioConnection due = waiting.pollExpired(now); due != null; due = waiting.pollExpired(now)) {
            if (timing.handOff() == HandOff.SETTLED) {
                loop.offering.offer(due);
            } else {
                loop.closing.close(due, Outcome.SILENT_TIMEOUT);
            }
        }
    }

    long untilDue(long now) {
        return Math.min(justGreeted.untilNext(now), Math.min(sending.untilNext(now), waiting.untilNext(now)));
    }

    void cutAll() {
        cutAll(sending);
        cutAll(justGreeted);
        cutAll(waiting);
    }

    private void cutAll(Deadlines list) {
        for (NioConnection each = list.poll(); each != null; each = list.poll()) {
            loop.closing.close(each, Outcome.CUT);
        }
    }
}
