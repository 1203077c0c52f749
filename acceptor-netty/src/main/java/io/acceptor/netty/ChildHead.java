package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.engine.AcceptorContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every accepted connection. The user's handlers are added behind it when the channel is registered; until the
 * client's turn has come they are shown nothing. It stays before them, unseen, to see the end. What it does meanwhile is its
 * {@link Stage}'s business:
 *
 * <pre>
 *   {@link AwaitingHeader}, where a balancer must send one
 *     |
 *   {@link Sending} --sent--&gt; {@link WaitingStage} --its turn--&gt; {@link HandedStage} --user closes--&gt; {@link Lingering}
 *      \--refusal's words sent--&gt; {@link Lingering}
 *   from each: --client left, or too late--&gt; {@link Leaving}
 * </pre>
 *
 * <p>Confined to the channel's loop.
 */
final class ChildHead extends ChannelDuplexHandler {
    final NettyConnection connection;
    final ChildConfig config;
    final EarlyInput early = new EarlyInput();
    private final Runnable whenRegistered;
    private Stage stage;
    private boolean wasRegistered;
    private boolean readAsked; // by a handler, before its turn
    private boolean inReadLoop;
    private boolean handedInReadLoop;
    private boolean readNothing; // in the last read loop, which is how an end is seen
    private @Nullable IOException suspect; // the last event was this, which Netty may close for
    private @Nullable UnheardReset unheardReset;
    private @Nullable PendingWriteQueue heldBack;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> deadline;
    /** The user's last write, and the last one that was flushed. Kept only where a write can be under way after its flush. */
    private @Nullable ChannelFuture lastWritten;

    private @Nullable ChannelFuture lastFlushed;

    /**
     * For a connection whose channel has no event loop yet.
     *
     * @param whenRegistered run on its event loop when it has
     */
    ChildHead(NettyConnection connection, Runnable whenRegistered) {
        this.connection = connection;
        this.config = new ChildConfig(connection.channel);
        this.whenRegistered = whenRegistered;
        this.stage = firstStage();
    }

    private Stage firstStage() {
        return connection.awaitsHeader ? new AwaitingHeader(this) : received();
    }

    /** The stage of a connection that was received: greeted, or refused with words. */
    Stage received() {
        boolean sends = connection.out.hasRemaining() || connection.rejectReason != null;
        return sends ? new Sending(this) : new WaitingStage(this);
    }

    /** What is known of a channel, or of the connection that it is a part of; null if that is not guarded. Any thread. */
    static @Nullable NettyConnection connectionOf(Channel channel) {
        for (Channel each = channel; each != null; each = each.parent()) {
            ChildHead head = each.pipeline().get(ChildHead.class);
            if (head != null) {
                return head.connection;
            }
        }
        return null;
    }

    // ---- what stages use

    /** Its place in the pipeline. */
    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    /** The server's. */
    AcceptorContext server() {
        return connection.listening.context();
    }

    /** The next stage begins; what the last one was to do at its deadline is not done any more. */
    void enter(Stage next) {
        cancelDeadline();
        stage.end();
        stage = next;
        next.begin();
    }

    boolean isIn(Stage asked) {
        return stage == asked;
    }

    /** Has the stage do something if it is still on after so long. */
    void after(long nanos, Runnable task) {
        cancelDeadline();
        deadline = context().executor().schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /** Keeps what the client has sent until its turn has come. */
    void hold(Object msg) {
        connection.spoken = true;
        early.hold(msg);
    }

    /** Reads on where Netty does not by itself. */
    void readOn() {
        if (!config.isReading()) {
            context().read();
        }
    }

    /** Whether a handler has asked to be shown what comes. */
    boolean isReadAsked() {
        return readAsked;
    }

    /** Whether Netty is showing what it has read, and will say when that is all. */
    boolean isInReadLoop() {
        return inReadLoop;
    }

    /** What handlers have written before their turn. */
    PendingWriteQueue heldBack() {
        if (heldBack == null) {
            heldBack = new PendingWriteQueue(context());
        }
        return heldBack;
    }

    boolean hasHeldBack() {
        return heldBack != null && !heldBack.isEmpty();
    }

    /** Lets what was held back go. */
    void sendHeldBack() {
        if (hasHeldBack()) {
            connection.userWrote = true;
            lastWritten = heldBack().removeAndWriteAll();
            flush(context());
        }
    }

    private void failHeldBack() {
        if (hasHeldBack()) {
            heldBack().removeAndFailAll(new ClosedChannelException());
        }
    }

    void writeForUser(Object msg, ChannelPromise promise) {
        connection.userWrote = true;
        ChannelPromise told = promise;
        if (connection.wire.writesLater()) {
            told = promise.unvoid();
            lastWritten = told;
        }
        context().write(msg, told);
    }

    /** Whether a write of the user's waits for its flush. Told only where a write can be under way after that. */
    boolean hasUnflushed() {
        return lastWritten != lastFlushed;
    }

    /** Runs something once nothing of the user's is being written any more: as a rule, now. */
    void whenWritten(Runnable task) {
        if (lastFlushed == null || lastFlushed.isDone()) {
            task.run();
        } else {
            lastFlushed.addListener(done -> task.run());
        }
    }

    /** Closes it; this is how it ends, unless that was decided before. */
    void leave(Outcome outcome) {
        try {
            enter(new Leaving(this));
        } finally {
            connection.drop(outcome);
        }
    }

    /** The client has reset it before it was handed over. */
    void left(Throwable cause) {
        connection.sawReset(cause);
        leave(connection.resetOutcome());
    }

    /** A handler closes: what was said goes out before it. */
    void closeForUser(ChannelPromise promise) {
        boolean open = connection.channel.isOpen();
        if (open && !wasRegistered && isByFailedInitializer()) {
            connection.isUsersFault(new IllegalStateException("the channel's initializer has failed"));
        }
        if (!open) {
            sawCloseOfNetty();
        }
        connection.ending = connection.outcomeNow();
        if (open && hasHeldBack() && stage.letsWritesGo()) {
            sendHeldBack();
        }
        if (!open || !hasLastWords() || !Lingering.begin(this, promise)) {
            enter(new Leaving(this));
            context().close(promise);
        }
    }

    /** Netty logs what an initializer throws, closes the channel, and shows it to no handler. */
    private static boolean isByFailedInitializer() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.anyMatch(frame -> frame.getDeclaringClass() == ChannelInitializer.class
                        && frame.getMethodName().equals("exceptionCaught")));
    }

    /** Whether our own RST could still destroy something that was sent. What is still to be sent is given up, as Netty does. */
    private boolean hasLastWords() {
        boolean sent = connection.userWrote || connection.greeting.hasRemaining();
        return sent
                && connection.ending != Outcome.CUT
                && !connection.finSeen
                && connection.channel.isActive()
                && (connection.wire.writesLater() || !connection.hasPendingWrites());
    }

    // ---- from registered to active

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        connection.registered(ctx);
        whenRegistered.run();
        if (connection.rejectReason == null
                && !connection.listening.children().options().set(connection)) {
            connection.drop(Outcome.CUT);
        }
    }

    /** The user's handlers have been added, and have set what they want. */
    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        connection.listening.watch(ctx.channel().eventLoop(), false);
        if (connection.isCut()) {
            connection.drop(Outcome.CUT);
        }
        if (wasRegistered) {
            ctx.fireChannelRegistered(); // with another loop
            return;
        }
        wasRegistered = true;
        ctx.pipeline().addLast(connection.listening.children().end());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (isClosing()) {
            return; // by the user's initializer
        }
        ByteBuf first = connection.wire.takeFirstBytes(ctx.channel());
        boolean toBeSeenBefore = ctx.pipeline().firstContext() != ctx;
        if (first != null && stage instanceof WaitingStage && !toBeSeenBefore) {
            hold(first);
            first = null;
        }
        stage.begin();
        if (first != null) {
            showFirst(first);
        }
        if (!connection.handedOver) {
            readOn();
        }
    }

    private boolean isClosing() {
        return stage instanceof Lingering || stage instanceof Leaving;
    }

    /** As if the channel had read it. Netty asks for more by itself behind this. */
    private void showFirst(ByteBuf bytes) {
        ChannelPipeline pipeline = context().pipeline();
        pipeline.fireChannelRead(bytes);
        if (pipeline.firstContext() == context()) {
            channelReadComplete(context());
        } else {
            pipeline.fireChannelReadComplete();
        }
    }

    // ---- what comes in

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        inReadLoop = true;
        suspect = null;
        boolean closing = isClosing();
        stage.read(msg);
        handedInReadLoop |= connection.handedOver && !closing;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readNothing = !inReadLoop;
        inReadLoop = false;
        suspect = null;
        if (connection.wire.hidesResets()) {
            if (unheardReset == null) {
                unheardReset = new UnheardReset(connection.wire);
            }
            unheardReset.afterRead(ctx);
        }
        stage.readComplete();
        if (handedInReadLoop && isClosing()) {
            ctx.fireChannelReadComplete(); // behind what was shown before the close
        }
        handedInReadLoop = false;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            connection.finSeen = true;
            stage.inputEnded();
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE || event == ChannelOutputShutdownEvent.INSTANCE) {
            stage.shutdownEvent(event);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** The kernel is asked, for handlers too fire what they like into the pipeline. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException reset && connection.wire.isReset()) {
            connection.sawReset(reset);
            stage.reset(reset);
        } else {
            suspect = cause instanceof IOException unknown ? unknown : null;
            stage.failed(cause);
        }
    }

    // ---- what goes out

    @Override
    public void read(ChannelHandlerContext ctx) {
        readAsked |= !config.isReading();
        stage.readAsked();
    }

    /** Netty wants to read on with AUTO_READ: which handlers are not asked before their turn. */
    void readOnFromEnd(ChannelHandlerContext end) {
        if (stage instanceof HandedStage) {
            end.read();
        } else {
            read(context());
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        stage.write(msg, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        lastFlushed = lastWritten;
        ctx.flush();
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        stage.close(promise);
    }

    /** No handler of the user's has dealt with this. False if it only reports that the client has gone. */
    boolean userFailed(Throwable cause) {
        return stage.userFailed(cause);
    }

    // ---- the end

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        try {
            closed(ctx.channel().eventLoop());
        } catch (Throwable t) {
            connection.end(connection.ending == null ? Outcome.CUT : connection.ending);
            throw t;
        } finally {
            if (connection.handedOver) {
                ctx.fireChannelInactive();
            }
        }
    }

    private void closed(EventLoop loop) {
        cancelDeadline();
        if (connection.ending == null) {
            stage.closedByNetty();
        }
        stage.end();
        early.release();
        failHeldBack();
        if (connection.ending == null) {
            sawCloseOfNetty();
        }
        Outcome ending = connection.ending == null ? connection.outcomeNow() : connection.ending;
        if (connection.wire.outlivesChannel() && !loop.isShuttingDown()) {
            loop.schedule(() -> {}, 0, TimeUnit.NANOSECONDS)
                    .addListener(done -> connection.end(ending)); // also if the loop ends first, and cancels it
        } else {
            connection.end(ending);
        }
    }

    /** Nobody of ours has closed it, and no handler behind us: its loop has ended, a write has failed, or the client has left. */
    void sawCloseOfNetty() {
        if (connection.channel.eventLoop().isShuttingDown()) {
            connection.ending = Outcome.CUT;
            return;
        }
        Throwable reset = suspect == null ? failedWrite() : suspect;
        if (reset != null) {
            connection.sawReset(reset);
        } else if (readNothing || context().pipeline().firstContext() == context()) {
            connection.finSeen = true; // else a handler that was put before us has closed it
        }
    }

    /** Netty keeps what it has closed a channel for as the cause of what writes fail with from then on. */
    private @Nullable Throwable failedWrite() {
        ChannelPromise late = context().newPromise();
        connection.channel.unsafe().write(Unpooled.EMPTY_BUFFER, late);
        return late.cause() == null ? null : late.cause().getCause();
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext ctx) {
        if (connection.handedOver) {
            ctx.fireChannelUnregistered();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (connection.handedOver) {
            ctx.fireChannelWritabilityChanged();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancelDeadline();
        stage.end();
        early.release();
        failHeldBack();
        if (ctx.channel().isOpen()) { // the user has cleared the pipeline
            config.giveBack();
            ctx.channel().closeFuture().addListener(future -> endedWithoutUs());
            if (connection.ending != null) {
                ctx.channel().close(); // it lingers, and nobody would be left to end that
            }
        }
    }

    private void endedWithoutUs() {
        connection.end(connection.ending == null ? connection.outcomeNow() : connection.ending);
    }
}
