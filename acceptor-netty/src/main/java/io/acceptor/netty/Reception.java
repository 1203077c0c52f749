package io.acceptor.netty;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.AdmissionControl;
import io.acceptor.engine.Rejection;
import io.acceptor.engine.Ticket;
import io.acceptor.engine.WatchedLoop;
import io.acceptor.metrics.AcceptorMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Looks whether the client is alive, admits it and greets it, or refuses it. Confined to the loop that is watched. */
final class Reception {
    private final AcceptorContext context;
    private final AdmissionControl control;
    private final Question admission;
    private final Question besidesPlace;
    private final Question toPlace;
    private final AcceptorMetrics metrics;
    private final WatchedLoop loop;
    private final Greeting greeting;
    private final boolean looksFirst;
    private final SilentChannels silent;

    Reception(AcceptorContext context, WatchedLoop loop, SilentChannels silent) {
        this.context = context;
        this.metrics = context.metrics();
        this.control = context.admission();
        this.admission = control::admit;
        this.besidesPlace = (ticket, leaving) -> control.refusalBesidesPlace(ticket);
        this.toPlace = (ticket, leaving) -> control.admitToPlace(ticket);
        this.loop = loop;
        this.silent = silent;
        this.greeting = context.settings().greeting();
        this.looksFirst = greeting.isNone() || context.admission().looksFirst();
    }

    /** From accepted to greeted without waiting. The greeting's own send tells the dead from the living. */
    void welcome(NettyConnection connection) {
        if (connection.isRegistered()) { // after a balancer's header: its channel tells when it dies
            welcome(connection, true);
            return;
        }
        boolean looked = looksFirst || connection.wire.looksFirst();
        if (looked && !isAlive(connection)) {
            return;
        }
        welcome(connection, looked);
    }

    private void welcome(NettyConnection connection, boolean looked) {
        Rejection rejection = inAdmission(admission, connection);
        if (rejection != null && !looked && !isAlive(connection)) {
            return;
        }
        if (rejection != null && rejection.reason() == RejectReason.MAX_CONNECTIONS && mayDisplace(connection)) {
            rejection = admitInPlaceOfAnother(connection, rejection);
        }
        if (rejection == null) {
            greet(connection, looked);
        } else {
            refuse(connection, rejection);
        }
    }

    /** One newcomer displaces at most one. */
    private boolean mayDisplace(NettyConnection newcomer) {
        return silent.makesRoom() && !newcomer.finSeen && !newcomer.balancersOwn;
    }

    /** Has another one make room, if that is all it takes to admit this one. */
    private @Nullable Rejection admitInPlaceOfAnother(NettyConnection newcomer, Rejection full) {
        Rejection refused = inAdmission(besidesPlace, newcomer);
        if (refused != null) {
            return refused;
        }
        return silent.makeRoom() ? inAdmission(toPlace, newcomer) : full;
    }

    /** Has it wait for its balancer's header, unless it is dead. */
    void expectHeader(NettyConnection connection) {
        connection.awaitsHeader = !connection.wire.looksFirst() || isAlive(connection);
    }

    /** False if it was reset; it is closed then. */
    private boolean isAlive(NettyConnection connection) {
        Sight sight = connection.wire.look();
        long waited = connection.wire.queueWaitNanos();
        if (waited >= 0) { // known, for nothing was sent yet
            loop.recordQueueWait(metrics, waited);
        }
        connection.finSeen = sight == Sight.LEAVING;
        if (sight == Sight.DEAD) {
            connection.drop(Outcome.RESET_BEFORE_GREETING);
        }
        return sight != Sight.DEAD;
    }

    private @Nullable Rejection inAdmission(Question question, NettyConnection connection) {
        if (!control.runsUserCode()) {
            return question.ask(connection.ticket, connection.finSeen || connection.balancersOwn);
        }
        loop.inUserCode("admission");
        try {
            return question.ask(connection.ticket, connection.finSeen || connection.balancersOwn);
        } finally {
            loop.working();
        }
    }

    /** What is asked of the limits, which may run the user's code. Made beforehand: there may be no memory to link it when it is needed. */
    @FunctionalInterface
    private interface Question {
        @Nullable
        Rejection ask(Ticket ticket, boolean leaving);
    }

    private void greet(NettyConnection connection, boolean looked) {
        ByteBuffer bytes = bytesFor(connection);
        if (bytes == null) {
            connection.drop(Outcome.GREETING_FAILED);
            return;
        }
        if (!looked && !bytes.hasRemaining() && !isAlive(connection)) {
            return; // nothing to send that would have told
        }
        connection.greeting = bytes;
        connection.out = bytes.duplicate();
        if (!send(connection) || connection.out.hasRemaining()) {
            return;
        }
        connection.greetedNanos = System.nanoTime();
        if (bytes.hasRemaining()) {
            loop.recordGreeting(metrics, connection.greetedNanos - connection.ticket.acceptedNanos());
        }
    }

    private @Nullable ByteBuffer bytesFor(NettyConnection connection) {
        Peer peer = connection.ticket.peer();
        if (!greeting.isPerConnection()) {
            return greeting.bytesFor(peer);
        }
        loop.inUserCode("greeting supplier");
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
            loop.working();
        }
    }

    /** Sends what the socket takes now. False if the client has gone; it is closed then. */
    private static boolean send(NettyConnection connection) {
        if (!connection.out.hasRemaining()) {
            return true;
        }
        try {
            connection.wire.write(connection.out);
            return true;
        } catch (IOException e) {
            connection.drop(connection.resetOutcome());
            return false;
        }
    }

    /** Sends a refusal's words, or ends it at once if there are none or nothing can destroy them any more. */
    private void refuse(NettyConnection connection, Rejection rejection) {
        prepareRefusal(context, connection, rejection);
        boolean words = connection.out.hasRemaining();
        if (!words || (send(connection) && connection.finSeen && !connection.out.hasRemaining())) {
            connection.drop(Outcome.REJECTED);
        }
    }

    /** Turns an admitted or new connection into a refused one, with its reply to be sent. */
    static void prepareRefusal(AcceptorContext context, NettyConnection connection, Rejection rejection) {
        context.admission()
                .release(connection.ticket); // the words of a refusal take their time, and none of its permits
        connection.rejectReason = rejection.reason();
        connection.greeting = NettyConnection.NOTHING;
        connection.out = rejection.refusal().replyBytes();
        if (rejection.refusal().resets()) {
            connection.wire.resetOnClose();
        }
    }

    /** Refuses a connection that has no channel, for there is no descriptor to hold it open: what the socket takes at once is sent. */
    void refuseForDescriptors(Wire wire) {
        Ticket ticket = context.accepted(wire.peer());
        Outcome outcome = Outcome.CUT;
        try {
            outcome = wire.look() == Sight.DEAD ? Outcome.RESET_BEFORE_GREETING : Outcome.REJECTED;
            if (outcome == Outcome.REJECTED) {
                say(
                        wire,
                        context.admission().rejection(RejectReason.DESCRIPTORS).refusal());
            }
        } finally {
            wire.close();
            ticket.end(outcome, outcome == Outcome.REJECTED ? RejectReason.DESCRIPTORS : null);
        }
    }

    private static void say(Wire wire, Refusal refusal) {
        if (refusal.resets()) {
            wire.resetOnClose();
        }
        try {
            wire.write(refusal.replyBytes());
        } catch (IOException e) {
            // refused all the same
        }
    }
}
