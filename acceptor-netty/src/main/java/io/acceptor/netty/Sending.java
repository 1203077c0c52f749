package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.engine.Rejection;
import io.acceptor.engine.Settings;
import io.acceptor.metrics.AcceptorMetrics;
import io.netty.buffer.Unpooled;

/** The greeting, or a refusal's words, is not out yet in full: what the socket did not take at once goes on. */
final class Sending extends Stage {
    private final Settings.Timing timing;
    private boolean begun;

    Sending(ChildHead head) {
        super(head);
        timing = head.server().settings().timing();
    }

    /** Refuses it in the words that there are for that, if any. */
    static void refuse(ChildHead head, Rejection rejection) {
        Reception.prepareRefusal(head.server(), head.connection, rejection);
        if (head.connection.out.hasRemaining()) {
            head.enter(new Sending(head));
        } else {
            head.leave(Outcome.REJECTED);
        }
    }

    @Override
    void begin() {
        if (connection.out.hasRemaining()) {
            sendRest();
        } else {
            sent();
        }
    }

    private void sendRest() {
        begun = true;
        head.config.stayOpen();
        head.config.halfClose(true); // who has said all still gets the rest
        head.after(timing.greetingTimeoutNanos(), () -> {
            connection.wire.resetOnClose(); // the kernel need not keep what the client does not read
            head.leave(Outcome.GREETING_TIMEOUT);
        });
        RestSending.begin(head.context(), connection.out, this::restSent, this::notSent);
    }

    /** The client is gone, as a rule, or the connection was cut. What it had sent can still be read behind its reset. */
    private void notSent(Throwable cause) {
        if (!head.isIn(this)) {
            return;
        }
        connection.spoken |= connection.wire.spokeBeforeReset();
        head.left(cause);
    }

    private void restSent() {
        if (connection.rejectReason == null) {
            AcceptorMetrics metrics = head.server().metrics();
            connection
                    .listening
                    .watch(connection.channel.eventLoop(), false)
                    .recordGreeting(metrics, System.nanoTime() - connection.ticket.acceptedNanos());
        }
        sent();
    }

    private void sent() {
        if (connection.rejectReason != null) {
            lastWordsSent();
        } else {
            head.enter(new WaitingStage(head));
        }
    }

    private void lastWordsSent() {
        connection.ending = Outcome.REJECTED;
        if (connection.finSeen || !Lingering.begin(head, head.context().newPromise())) {
            head.leave(Outcome.REJECTED);
        }
    }

    @Override
    void read(Object msg) {
        head.hold(msg);
        head.config.stopReading(); // until the greeting is out, the kernel keeps the rest
    }

    /** It still gets the rest of its greeting. */
    @Override
    void inputEnded() {}

    @Override
    void readComplete() {
        if (head.early.isEmpty()) {
            head.readOn();
        }
    }

    @Override
    boolean letsWritesGo() {
        if (!begun) {
            head.context().write(Unpooled.wrappedBuffer(connection.out)); // before theirs
        }
        return true;
    }
}
