package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.engine.Rejection;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;
import java.util.Map;

/** The user's handlers have it. They are shown everything but what is nobody's business, until they close. */
final class Handed extends Stage {
    private boolean addingUsers;
    private boolean allInputRead; // said by Netty while something early was still held

    private Handed(HeadHandler head) {
        super(head);
    }

    /** The client's turn has come: hands it over, unless the breaker is open. */
    static void offer(HeadHandler head) {
        NettyConnection connection = head.connection;
        if (!connection.channel.isOpen() || connection.ending != null) {
            head.enter(new Leaving(head)); // closed in this very turn, or by a ring that is still at it
            return;
        }
        Rejection rejection = head.server().admission().claim(connection.ticket);
        if (rejection != null) {
            Sending.refuse(head, rejection);
        } else if (!connection.listening.users().setOptions(connection)) {
            head.leave(Outcome.CUT);
        } else {
            head.config.giveBack(); // before it, for what we have not read is to be read on
            head.enter(new Handed(head));
        }
    }

    @Override
    void begin() {
        ChannelHandlerContext ctx = head.context();
        addUsers(ctx);
        if (!head.isIn(this)) {
            return; // closed by the user's initializer
        }
        ctx.fireChannelRegistered();
        ctx.fireChannelActive();
        if (ctx.channel().config().isAutoRead()) {
            deliverEarly();
        }
        if (connection.finSeen) {
            head.inputEnded();
        }
    }

    private void addUsers(ChannelHandlerContext ctx) {
        connection.handedOver = true;
        addingUsers = true;
        try {
            connection.listening.users().addTo(ctx.pipeline());
        } catch (RuntimeException | Error e) {
            userFailed(e);
            closeNow();
        } finally {
            addingUsers = false;
        }
        head.config.takeHalfClosureAgain();
    }

    private void closeNow() {
        head.leave(connection.outcomeNow());
    }

    // ---- what comes in

    @Override
    void read(Object msg) {
        connection.spoken = true;
        if (head.early.isEmpty()) {
            head.context().fireChannelRead(msg);
        } else {
            head.early.hold(msg);
        }
    }

    @Override
    void readComplete() {
        head.context().fireChannelReadComplete();
    }

    @Override
    void readAsked() {
        if (head.early.isEmpty()) {
            head.context().read();
        } else {
            head.context().executor().execute(this::deliverAsked);
        }
    }

    private void deliverAsked() {
        boolean endsBehind = connection.finSeen && !head.early.isEmpty();
        deliverEarly();
        if (endsBehind && head.isIn(this)) {
            inputEnded();
        }
        if (allInputRead && head.isIn(this)) {
            allInputRead = false;
            shutdownEvent(ChannelInputShutdownReadComplete.INSTANCE);
        }
    }

    private void deliverEarly() {
        head.early.deliver(head.context().pipeline(), () -> head.isIn(this));
    }

    @Override
    void inputEnded() {
        if (!head.early.isEmpty()) {
            return; // it comes behind what has not been asked for yet
        }
        if (head.config.userHalfCloses()) {
            head.context().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            closeNow();
        }
    }

    @Override
    void shutdownEvent(Object event) {
        boolean ofInput = event == ChannelInputShutdownReadComplete.INSTANCE;
        if (ofInput && !head.early.isEmpty()) {
            allInputRead = true;
            return;
        }
        if (!ofInput) {
            connection.outputEnded |= !connection.finSeen;
        }
        if (!ofInput || head.config.userHalfCloses()) {
            head.context().fireUserEventTriggered(event);
        }
    }

    @Override
    void reset(IOException cause) {
        connection.sawReset(cause);
        if (connection.spoken) { // a probe's reset is nobody's business
            head.context().fireExceptionCaught(cause);
        }
        if (!connection.spoken || !head.config.userHalfCloses()) {
            closeNow();
        }
    }

    @Override
    void failed(Throwable cause) {
        head.context().fireExceptionCaught(cause);
    }

    // ---- the end

    @Override
    void close(ChannelPromise promise) {
        if (addingUsers) {
            userFailed(new ChannelPipelineException("the connection was closed while its handlers were added"));
        }
        boolean open = connection.channel.isOpen();
        connection.ending = open ? connection.outcomeNow() : head.closedByNetty();
        if (open && hasLastWords() && Lingering.begin(head, promise)) {
            return;
        }
        head.enter(new Leaving(head));
        head.context().close(promise);
    }

    /** Whether our own RST could still destroy something that was sent. */
    private boolean hasLastWords() {
        boolean sent = head.hasUserWritten() || connection.greeting.hasRemaining();
        return sent
                && connection.ending != Outcome.CUT
                && !connection.finSeen
                && connection.channel.isActive()
                && !isBehindUsers();
    }

    /** The user has put a handler before ours that a close must get to: TLS, as a rule, which has last words of its own. */
    private boolean isBehindUsers() {
        ChannelPipeline pipeline = head.context().pipeline();
        if (pipeline.firstContext() == head.context()) {
            return false;
        }
        for (Map.Entry<String, ChannelHandler> each : pipeline) {
            if (each.getValue() == head) {
                return false;
            }
            if (each.getValue() instanceof ChannelOutboundHandler) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean userFailed(Throwable cause) {
        if (!connection.channel.isOpen()) {
            connection.sawReset(cause); // nobody of ours or theirs has closed it: a write failed
        }
        return super.userFailed(cause);
    }
}
