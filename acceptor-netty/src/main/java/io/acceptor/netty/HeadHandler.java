package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.HandOff;
import io.acceptor.engine.Rejection;
import io.acceptor.engine.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every accepted connection. Until the client's turn has come it is the only one: it finishes the
 * greeting, waits for the first byte, holds what arrives early, and tells how the client left. Then it adds the user's
 * handlers and stays before them, unseen, to see the end.
 *
 * <pre>
 *   GREETING --sent--&gt; WAITING --its turn--&gt; HANDED --user closes--&gt; LINGERING --client done, or 1 s--&gt; CLOSING
 *       \--refusal's words sent--&gt; LINGERING        \--client left--&gt; CLOSING
 * </pre>
 *
 * Half-closure is always on underneath, so that a FIN is an event and no close of Netty's own; what the user has chosen is
 * kept here and kept to.
 */
final class HeadHandler extends ChannelDuplexHandler {
    private enum Phase {
        GREETING,
        WAITING,
        HANDED,
        LINGERING,
        CLOSING
    }

    private final NettyConnection connection;
    private final AcceptorContext context;
    private final Settings.Timing timing;
    private final Runnable whenRegistered;
    private Phase phase = Phase.GREETING;
    private boolean addingUsers;
    private boolean userReads = true;
    private boolean userHalfCloses;
    private boolean userWrote;
    private @Nullable Future<?> deadline;
    private @Nullable ArrayDeque<Object> early;
    private @Nullable Linger linger;

    /**
     * For a connection whose channel has no event loop yet.
     *
     * @param whenRegistered run on its event loop when it has
     */
    HeadHandler(NettyConnection connection, Runnable whenRegistered) {
        this.connection = connection;
        this.context = connection.listening.context();
        this.timing = context.settings().timing();
        this.whenRegistered = whenRegistered;
    }

    long id() {
        return connection.ticket.id();
    }

    ByteBuffer greeting() {
        return connection.greeting.asReadOnlyBuffer();
    }

    // ---- from registered to handed over

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection.registered(ctx);
        connection.listening.watch(ctx.channel().eventLoop(), false);
        whenRegistered.run();
        userReads = ctx.channel().config().isAutoRead();
        userHalfCloses = HalfClosure.allowed(ctx.channel());
        HalfClosure.allow(ctx.channel(), true);
        if (!userReads) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        if (connection.isCut()) {
            connection.drop(Outcome.CUT);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        int firstByte = connection.wire.firstByte();
        if (firstByte >= 0) {
            hold(ctx.alloc().buffer(1).writeByte(firstByte));
        }
        if (connection.out.hasRemaining()) {
            sendRest(ctx);
        } else {
            sent(ctx);
        }
    }

    /** What the socket did not take at once goes through the channel; nothing of the user's is there to overtake it. */
    private void sendRest(ChannelHandlerContext ctx) {
        schedule(ctx, timing.greetingTimeoutNanos(), () -> {
            connection.wire.resetOnClose(); // the kernel need not keep what the client does not read
            connection.drop(Outcome.GREETING_TIMEOUT);
        });
        ctx.writeAndFlush(Unpooled.wrappedBuffer(connection.out), ctx.newProgressivePromise())
                .addListener(new RestSending(ctx, connection.out.position()));
    }

    /** Follows what is sent of the rest, for a reset in the middle is another outcome than one before the first byte. */
    private final class RestSending implements ChannelProgressiveFutureListener {
        private final ChannelHandlerContext ctx;
        private final int start;

        RestSending(ChannelHandlerContext ctx, int start) {
            this.ctx = ctx;
            this.start = start;
        }

        @Override
        public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
            connection.out.position(start + (int) progress);
        }

        @Override
        public void operationComplete(ChannelProgressiveFuture future) {
            if (future.isSuccess()) {
                restSent(ctx);
            } else if (phase == Phase.GREETING) {
                leftInTheMiddle(future.cause());
            }
        }
    }

    private void restSent(ChannelHandlerContext ctx) {
        cancelDeadline();
        connection.out.position(connection.out.limit());
        if (connection.rejectReason == null) {
            context.metrics().recordGreeting(System.nanoTime() - connection.ticket.acceptedNanos());
        }
        sent(ctx);
    }

    private void sent(ChannelHandlerContext ctx) {
        if (connection.rejectReason == null) {
            awaitTurn(ctx);
        } else {
            lastWordsSent(ctx);
        }
    }

    private void awaitTurn(ChannelHandlerContext ctx) {
        if (timing.handOff() == HandOff.AT_ONCE || connection.spoken) {
            handOver(ctx);
        } else if (connection.finSeen) {
            connection.drop(Outcome.CLOSED_SILENTLY);
        } else {
            phase = Phase.WAITING;
            schedule(ctx, timing.handOffNanos(), () -> {
                if (timing.handOff() == HandOff.SETTLED) {
                    handOver(ctx);
                } else {
                    connection.drop(Outcome.SILENT_TIMEOUT);
                }
            });
        }
    }

    private void handOver(ChannelHandlerContext ctx) {
        cancelDeadline();
        Rejection rejection = context.admission().claim(connection.ticket);
        if (rejection != null) {
            refuse(ctx, rejection);
            return;
        }
        if (!connection.listening.users().setOptions(connection)) {
            connection.drop(Outcome.CUT);
            return;
        }
        ctx.channel().config().setAutoRead(userReads);
        phase = Phase.HANDED;
        connection.handedOver = true;
        addUsers(ctx);
        if (phase != Phase.HANDED) {
            return; // closed by the user's initializer
        }
        ctx.fireChannelRegistered();
        ctx.fireChannelActive();
        if (ctx.channel().config().isAutoRead()) {
            deliverEarly(ctx);
        }
        if (connection.finSeen) {
            inputEnded(ctx);
        }
    }

    private void addUsers(ChannelHandlerContext ctx) {
        HalfClosure.allow(ctx.channel(), userHalfCloses);
        addingUsers = true;
        try {
            connection.listening.users().addTo(ctx.pipeline());
        } catch (RuntimeException | Error e) {
            userFailed(e);
            connection.drop(connection.outcomeNow());
            phase = Phase.CLOSING;
        } finally {
            addingUsers = false;
        }
        userHalfCloses = HalfClosure.allowed(ctx.channel());
        HalfClosure.allow(ctx.channel(), true);
    }

    private void refuse(ChannelHandlerContext ctx, Rejection rejection) {
        phase = Phase.GREETING;
        Reception.prepareRefusal(context, connection, rejection);
        if (connection.out.hasRemaining()) {
            sendRest(ctx);
        } else {
            connection.drop(Outcome.REJECTED);
        }
    }

    // ---- what comes in

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        switch (phase) {
            case HANDED -> {
                connection.spoken = true;
                if (early == null) {
                    ctx.fireChannelRead(msg);
                } else {
                    hold(msg);
                }
            }
            case WAITING -> {
                hold(msg);
                handOver(ctx);
            }
            case GREETING -> {
                hold(msg);
                stopReading(ctx); // until the greeting is out, the kernel keeps the rest
            }
            case LINGERING, CLOSING -> discard(msg);
        }
    }

    private void hold(Object msg) {
        connection.spoken = true;
        if (early == null) {
            early = new ArrayDeque<>(2);
        }
        early.add(msg);
    }

    private void stopReading(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
    }

    private void deliverEarly(ChannelHandlerContext ctx) {
        ArrayDeque<Object> held = early;
        early = null;
        if (held == null) {
            return;
        }
        for (Object msg = held.poll(); msg != null; msg = held.poll()) {
            if (phase == Phase.HANDED) {
                ctx.fireChannelRead(msg);
            } else {
                ReferenceCountUtil.release(msg); // closed meanwhile
            }
        }
        ctx.fireChannelReadComplete();
    }

    private void discard(Object msg) {
        int bytes = msg instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ReferenceCountUtil.release(msg);
        if (linger != null && linger.discarded(bytes)) {
            endLinger();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (phase == Phase.HANDED) {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded(ctx);
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE) {
            if (phase == Phase.HANDED && userHalfCloses) {
                ctx.fireUserEventTriggered(event);
            }
        } else if (event != ChannelOutputShutdownEvent.INSTANCE) {
            ctx.fireUserEventTriggered(event);
        } else if (phase == Phase.HANDED) {
            connection.outputEnded |= !connection.finSeen;
            ctx.fireUserEventTriggered(event);
        }
    }

    private void inputEnded(ChannelHandlerContext ctx) {
        connection.finSeen = true;
        switch (phase) {
            case WAITING -> connection.drop(Outcome.CLOSED_SILENTLY);
            case HANDED -> {
                if (userHalfCloses) {
                    ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                } else {
                    closeNow();
                }
            }
            case LINGERING -> endLinger();
            case GREETING, CLOSING -> {} // it still gets the rest of its greeting; or is leaving already
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        switch (phase) {
            case GREETING, WAITING -> leftInTheMiddle(cause);
            case HANDED -> {
                connection.sawReset(cause);
                if (connection.spoken) {
                    ctx.fireExceptionCaught(cause);
                }
                if (!connection.spoken || !userHalfCloses) {
                    closeNow();
                }
            }
            case LINGERING -> endLinger();
            case CLOSING -> {} // on its way out
        }
    }

    private void leftInTheMiddle(Throwable cause) {
        connection.sawReset(cause);
        connection.drop(connection.resetOutcome());
        phase = Phase.CLOSING;
    }

    // ---- what goes out

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (phase == Phase.HANDED && early != null) {
            ctx.executor().execute(() -> deliverEarly(ctx));
        } else {
            ctx.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        userWrote = true;
        ctx.write(msg, promise);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (phase != Phase.HANDED) {
            if (linger != null) {
                linger.alsoTell(promise);
            } else {
                ctx.close(promise);
            }
            return;
        }
        if (addingUsers) {
            userFailed(new ChannelPipelineException("the connection was closed while its handlers were added"));
        }
        connection.ending = connection.outcomeNow();
        if (!hasLastWords() || !linger(ctx, promise)) {
            phase = Phase.CLOSING;
            ctx.close(promise);
        }
    }

    /** No handler of the user's has dealt with this. False if it only reports that the client has gone. */
    boolean userFailed(Throwable cause) {
        if (phase == Phase.HANDED && !connection.channel.isOpen()) {
            connection.sawReset(cause); // nobody of ours or theirs has closed it: a write failed
        }
        if (connection.isPeersDoing(cause)) {
            return false;
        }
        if (connection.failure == null) {
            connection.failure = cause;
        }
        return true;
    }

    /** Says so in the log, at most once a second. */
    void report(Throwable cause) {
        context.events()
                .failure(
                        "handler failed for #" + connection.ticket.id() + " "
                                + connection.ticket.peer().remoteAddress(),
                        cause);
    }

    private void closeNow() {
        connection.drop(connection.outcomeNow());
        phase = Phase.CLOSING;
    }

    // ---- the end

    /** Whether our own RST could still destroy something that was sent. */
    private boolean hasLastWords() {
        boolean sent = userWrote || connection.greeting.hasRemaining();
        return sent && connection.ending != Outcome.CUT && !connection.finSeen && connection.channel.isActive();
    }

    private void lastWordsSent(ChannelHandlerContext ctx) {
        connection.ending = Outcome.REJECTED;
        if (connection.finSeen || !linger(ctx, ctx.newPromise())) {
            connection.drop(Outcome.REJECTED);
        }
    }

    private boolean linger(ChannelHandlerContext ctx, ChannelPromise promise) {
        Linger begun = Linger.begin(connection, ctx, promise);
        if (begun == null) {
            return false;
        }
        linger = begun;
        phase = Phase.LINGERING;
        schedule(ctx, Linger.NANOS, this::endLinger);
        begun.shutdownOutput();
        return true;
    }

    private void endLinger() {
        phase = Phase.CLOSING;
        connection.drop(Outcome.CUT);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelDeadline();
        if (early != null) {
            early.forEach(ReferenceCountUtil::release);
            early = null;
        }
        if (linger != null) {
            linger.over();
        }
        Outcome ending = connection.ending;
        connection.end(ending == null ? closedByNetty(ctx) : ending);
        ctx.fireChannelInactive();
    }

    /** Neither we nor the user have closed it: its loop ends, or a write failed. */
    private Outcome closedByNetty(ChannelHandlerContext ctx) {
        if (ctx.channel().eventLoop().isShuttingDown()) {
            return Outcome.CUT;
        }
        connection.sawReset(null);
        return connection.outcomeNow();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (ctx.channel().isOpen()) { // the user has cleared the pipeline
            ctx.channel().closeFuture().addListener(future -> connection.end(connection.outcomeNow()));
        }
    }

    private void schedule(ChannelHandlerContext ctx, long nanos, Runnable task) {
        cancelDeadline();
        deadline = ctx.executor().schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
