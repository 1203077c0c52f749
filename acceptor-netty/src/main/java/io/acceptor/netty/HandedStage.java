package io.acceptor.netty;

import io.acceptor.engine.Rejection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;

/** The user's handlers have it. They are shown everything but what is nobody's business, until they close. */
final class HandedStage extends Stage {
    /** With AUTO_READ off: what comes was asked for by us, and is kept until a handler asks for it, or Netty shows more unasked. */
    private boolean unasked;

    private boolean keptOneLoop;
    private boolean beginning = true;
    private boolean delivering;
    private boolean readAgain;

    private HandedStage(ChildHead head) {
        super(head);
    }

    /** The client's turn has come: hands it over, unless the breaker is open. */
    static void offer(ChildHead head) {
        NettyConnection connection = head.connection;
        if (!connection.channel.isOpen() || connection.ending != null) {
            head.enter(new Leaving(head)); // closed in this very turn, or by a ring that is still at it
            return;
        }
        Rejection rejection = head.server().admission().claim(connection.ticket);
        if (rejection != null) {
            Sending.refuse(head, rejection);
        } else {
            head.config.giveBack();
            head.enter(new HandedStage(head));
        }
    }

    @Override
    void begin() {
        ChannelHandlerContext ctx = head.context();
        connection.handedOver = true;
        connection.failure = null; // what failed before its turn is no outcome of what begins now
        unasked = !head.isReadAsked();
        boolean wasShutDown = isInputShutDown(); // by Netty: from now on handlers can do it too
        head.sendHeldBack();
        ctx.fireChannelRegistered();
        if (head.isIn(this)) {
            ctx.fireChannelActive();
        }
        if (head.isIn(this) && head.config.isReading()) {
            ctx.pipeline().read(); // as Netty does behind channelActive
        }
        beginning = false;
        if (!unasked || head.config.isReading()) {
            showEarly();
        }
        if (wasShutDown && head.isIn(this)) {
            inputWasShutDown();
        }
    }

    private boolean isInputShutDown() {
        return connection.channel instanceof DuplexChannel duplex && duplex.isInputShutdown();
    }

    /** The client was done before its turn came: Netty has said so already. */
    private void inputWasShutDown() {
        if (!head.config.isHalfClosing()) {
            showEarly();
            closeNow();
        } else if (head.early.isEmpty()) {
            head.context().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            head.context().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        }
    }

    private void closeNow() {
        if (head.isIn(this)) {
            head.leave(connection.outcomeNow());
        }
    }

    // ---- what comes in

    @Override
    void read(Object msg) {
        connection.spoken = true;
        if (unasked && keptOneLoop) {
            showEarly(); // nobody has asked, and still Netty shows more: as it does at an end
        }
        if ((unasked && !head.config.isReading()) || !head.early.isEmpty()) {
            head.early.hold(msg);
        } else {
            head.context().fireChannelRead(msg);
        }
    }

    @Override
    void readComplete() {
        if (unasked && !keptOneLoop && !head.early.isEmpty()) {
            keptOneLoop = true;
        } else if (head.early.isEmpty()) {
            head.context().fireChannelReadComplete();
        } else {
            showEarly();
        }
    }

    @Override
    void readAsked() {
        if (beginning && !head.early.isEmpty()) {
            unasked = false;
        } else if (delivering) {
            readAgain = true;
        } else if (head.early.isEmpty()) {
            unasked = false;
            head.context().read();
        } else {
            head.context().executor().execute(this::showAsked);
        }
    }

    private void showAsked() {
        boolean endsBehind = isInputShutDown() && !head.early.isEmpty();
        showEarly();
        if (endsBehind && head.isIn(this)) {
            inputWasShutDown();
        }
    }

    /** Shows what came early, and that it was all, unless Netty is about to say so. */
    private void showEarly() {
        unasked = false;
        if (delivering || head.early.isEmpty()) {
            return;
        }
        delivering = true;
        head.early.deliver(head.context(), () -> head.isIn(this));
        delivering = false;
        if (!head.isInReadLoop() && head.isIn(this)) {
            head.context().fireChannelReadComplete();
            readAgain |= head.config.isReading();
        }
        if (readAgain) {
            readAgain = false;
            head.context().read();
        }
    }

    @Override
    void inputEnded() {
        showEarly();
        if (head.isIn(this)) {
            head.context().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    void shutdownEvent(Object event) {
        if (event != ChannelInputShutdownReadComplete.INSTANCE) {
            connection.outputEnded |= !connection.finSeen;
        }
        head.context().fireUserEventTriggered(event);
    }

    /** A probe's reset is nobody's business. */
    @Override
    void reset(IOException cause) {
        showEarly();
        if (connection.spoken) {
            head.context().fireExceptionCaught(cause);
        } else {
            closeNow();
        }
    }

    @Override
    void closedByNetty() {
        showEarly();
    }

    // ---- what goes out

    @Override
    void write(Object msg, ChannelPromise promise) {
        head.writeForUser(msg, promise);
    }

    @Override
    boolean userFailed(Throwable cause) {
        if (!connection.channel.isOpen() && connection.ending == null) {
            head.sawCloseOfNetty(); // a write failed, as a rule
        }
        return super.userFailed(cause);
    }
}
