package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.HandOff;
import io.acceptor.engine.Rejection;
import io.acceptor.engine.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every accepted connection. Until the client's turn has come it is the only one: it finishes the
 * greeting, waits for the first byte, holds what arrives early, and tells how the client left. Then it adds the user's
 * handlers and stays before them, unseen, to see the end.
 *
 * <pre>
 *   HEADER, where a balancer must send one
 *     |
 *   GREETING --sent--&gt; WAITING --its turn--&gt; HANDED --user closes--&gt; LINGERING --client done, or 1 s--&gt; CLOSING
 *       \--refusal's words sent--&gt; LINGERING        \--client left--&gt; CLOSING
 * </pre>
 */
final class HeadHandler extends ChannelDuplexHandler {
    private enum Phase {
        HEADER,
        GREETING,
        WAITING,
        HANDED,
        LINGERING,
        CLOSING
    }

    final NettyConnection connection;
    private final AcceptorContext context;
    private final Settings.Timing timing;
    private final Runnable whenRegistered;
    private final EarlyInput early = new EarlyInput();
    private final ChildConfig config;
    private final UnheardReset unheardReset;
    private Phase phase = Phase.GREETING;
    private boolean addingUsers;
    private boolean userWrote;
    private @Nullable Future<?> deadline;
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
        this.config = new ChildConfig(connection.channel);
        this.unheardReset = new UnheardReset(connection.wire);
    }

    // ---- from registered to handed over

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection.registered(ctx);
        connection.listening.watch(ctx.channel().eventLoop(), false);
        whenRegistered.run();
        config.takeOver();
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        if (connection.isCut()) {
            connection.drop(Outcome.CUT);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (connection.awaitsHeader) {
            phase = Phase.HEADER;
            HeaderGate.close(connection, ctx.pipeline(), () -> refuseForHeader(ctx));
            schedule(ctx, connection.listening.proxy().timeoutNanos(), () -> refuseForHeader(ctx));
        }
        int firstByte = connection.wire.firstByte();
        if (firstByte >= 0) {
            ctx.pipeline().fireChannelRead(ctx.alloc().buffer(1).writeByte(firstByte));
        }
        if (phase == Phase.GREETING) {
            goOn(ctx);
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        if (connection.out.hasRemaining()) {
            sendRest(ctx);
        } else {
            sent(ctx);
        }
    }

    private void headerCame(ChannelHandlerContext ctx, Object decoded) {
        ProxyHeader header = ProxyHeader.of(decoded);
        if (header == null) {
            ReferenceCountUtil.release(decoded);
            return;
        }
        cancelDeadline();
        HeaderGate.open(ctx.pipeline());
        phase = Phase.GREETING;
        connection.awaitsHeader = false;
        connection.balancersOwn = header.local();
        if (header.behind() != null) {
            connection.ticket.proxied(header.behind());
        }
        new Reception(context, connection.listening.watch(ctx.channel().eventLoop(), false)).welcome(connection);
        if (connection.ending == null) {
            goOn(ctx);
        }
    }

    private void refuseForHeader(ChannelHandlerContext ctx) {
        cancelDeadline();
        HeaderGate.giveUp(ctx.pipeline());
        connection.awaitsHeader = false;
        refuse(ctx, context.admission().rejection(RejectReason.PROXY_HEADER));
    }

    private void sendRest(ChannelHandlerContext ctx) {
        schedule(ctx, timing.greetingTimeoutNanos(), () -> {
            connection.wire.resetOnClose(); // the kernel need not keep what the client does not read
            connection.drop(Outcome.GREETING_TIMEOUT);
        });
        RestSending.begin(ctx, connection.out, () -> restSent(ctx), cause -> {
            if (phase == Phase.GREETING) {
                leftInTheMiddle(cause);
            }
        });
    }

    private void restSent(ChannelHandlerContext ctx) {
        cancelDeadline();
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
            schedule(ctx, timing.handOffNanos(), () -> waitedEnough(ctx));
        }
    }

    private void waitedEnough(ChannelHandlerContext ctx) {
        if (timing.handOff() == HandOff.SETTLED) {
            handOver(ctx);
        } else {
            connection.drop(Outcome.SILENT_TIMEOUT);
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
        config.giveBack();
        phase = Phase.HANDED;
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
        config.takeHalfClosureAgain();
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
                if (early.isEmpty()) {
                    ctx.fireChannelRead(msg);
                } else {
                    early.hold(msg);
                }
            }
            case WAITING -> {
                hold(msg);
                handOver(ctx);
            }
            case HEADER -> headerCame(ctx, msg);
            case GREETING -> {
                hold(msg);
                config.stopReading(); // until the greeting is out, the kernel keeps the rest
            }
            case LINGERING, CLOSING -> discard(msg);
        }
    }

    private void hold(Object msg) {
        connection.spoken = true;
        early.hold(msg);
    }

    private void deliverEarly(ChannelHandlerContext ctx) {
        early.deliver(ctx, () -> phase == Phase.HANDED);
    }

    private void discard(Object msg) {
        int bytes = msg instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ReferenceCountUtil.release(msg);
        if (linger != null && linger.discarded(bytes)) {
            closeNow();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        unheardReset.afterRead(ctx);
        if (phase == Phase.HANDED) {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean handed = phase == Phase.HANDED;
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded(ctx);
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE) {
            if (handed && config.userHalfCloses()) {
                ctx.fireUserEventTriggered(event);
            }
        } else if (event != ChannelOutputShutdownEvent.INSTANCE) {
            ctx.fireUserEventTriggered(event);
        } else if (handed) {
            connection.outputEnded |= !connection.finSeen;
            ctx.fireUserEventTriggered(event);
        }
    }

    private void inputEnded(ChannelHandlerContext ctx) {
        connection.finSeen = true;
        switch (phase) {
            case HEADER, WAITING -> connection.drop(Outcome.CLOSED_SILENTLY);
            case HANDED -> {
                if (config.userHalfCloses()) {
                    ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                } else {
                    closeNow();
                }
            }
            case LINGERING -> closeNow();
            case GREETING, CLOSING -> {} // it still gets the rest of its greeting; or is leaving already
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            if (phase == Phase.HANDED) {
                ctx.fireExceptionCaught(cause);
            } else if (phase == Phase.HEADER) {
                refuseForHeader(ctx); // what came is none
            }
            return;
        }
        switch (phase) {
            case HEADER, GREETING, WAITING -> leftInTheMiddle(cause);
            case HANDED -> {
                connection.sawReset(cause);
                if (connection.spoken) { // a probe's reset is nobody's business
                    ctx.fireExceptionCaught(cause);
                }
                if (!connection.spoken || !config.userHalfCloses()) {
                    closeNow();
                }
            }
            case LINGERING -> closeNow();
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
        if (phase == Phase.HANDED && !early.isEmpty()) {
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
        if (linger != null) {
            linger.alsoTell(promise);
            return;
        }
        if (phase == Phase.HANDED) {
            if (addingUsers) {
                userFailed(new ChannelPipelineException("the connection was closed while its handlers were added"));
            }
            boolean open = ctx.channel().isOpen();
            connection.ending = open ? connection.outcomeNow() : closedByNetty(ctx);
            if (open && hasLastWords() && linger(ctx, promise)) {
                return;
            }
            phase = Phase.CLOSING;
        }
        ctx.close(promise);
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

    // ---- the end

    /** Whether our own RST could still destroy something that was sent. */
    private boolean hasLastWords() {
        boolean sent = userWrote || connection.greeting.hasRemaining();
        return sent && connection.ending != Outcome.CUT && !connection.finSeen && connection.channel.isActive();
    }

    private void lastWordsSent(ChannelHandlerContext ctx) {
        connection.ending = Outcome.REJECTED;
        if (connection.finSeen || !linger(ctx, ctx.newPromise())) {
            closeNow();
        }
    }

    private boolean linger(ChannelHandlerContext ctx, ChannelPromise promise) {
        linger = Linger.begin(connection, ctx, promise);
        if (linger == null) {
            return false;
        }
        phase = Phase.LINGERING;
        schedule(ctx, Linger.NANOS, this::closeNow);
        linger.shutdownOutput();
        return true;
    }

    private void closeNow() {
        phase = Phase.CLOSING;
        connection.drop(connection.outcomeNow());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelDeadline();
        early.release();
        if (linger != null) {
            linger.over();
        }
        Outcome ending = connection.ending == null ? closedByNetty(ctx) : connection.ending;
        if (connection.wire.outlivesChannel() && !ctx.channel().eventLoop().isShuttingDown()) {
            ctx.channel().eventLoop().schedule(() -> connection.end(ending), 0, TimeUnit.NANOSECONDS);
        } else {
            connection.end(ending);
        }
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
        cancelDeadline();
        early.release();
        if (ctx.channel().isOpen()) { // the user has cleared the pipeline
            config.giveHalfClosureBack();
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
