package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.engine.AcceptorContext;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every accepted connection. Until the client's turn has come it is the only one; then it adds the user's
 * handlers and stays before them, unseen, to see the end. What it does meanwhile is its {@link Stage}'s business:
 *
 * <pre>
 *   {@link AwaitingHeader}, where a balancer must send one
 *     |
 *   {@link Sending} --sent--&gt; {@link Waiting} --its turn--&gt; {@link Handed} --user closes--&gt; {@link Lingering}
 *      \--refusal's words sent--&gt; {@link Lingering}
 *   from each: --client left, or too late--&gt; {@link Leaving}
 * </pre>
 *
 * <p>Confined to the channel's loop.
 */
final class HeadHandler extends ChannelDuplexHandler {
    final NettyConnection connection;
    final ChildConfig config;
    final EarlyInput early = new EarlyInput();
    private final UnheardReset unheardReset;
    private final Runnable whenRegistered;
    private Stage stage;
    private boolean userWrote;
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
    HeadHandler(NettyConnection connection, Runnable whenRegistered) {
        this.connection = connection;
        this.config = new ChildConfig(connection.channel);
        this.unheardReset = new UnheardReset(connection.wire);
        this.whenRegistered = whenRegistered;
        this.stage = new Sending(this);
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

    /** Keeps what the client has sent until the user's handlers are there. */
    void hold(Object msg) {
        connection.spoken = true;
        early.hold(msg);
    }

    /** Whether the user's handlers have sent anything. */
    boolean hasUserWritten() {
        return userWrote;
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
        enter(new Leaving(this));
        connection.drop(outcome);
    }

    /** The client has reset it before it was handed over. */
    void left(Throwable cause) {
        connection.sawReset(cause);
        leave(connection.resetOutcome());
    }

    // ---- from registered to active

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
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
            enter(new AwaitingHeader(this));
        }
        int firstByte = connection.wire.takeFirstByte();
        if (firstByte >= 0) {
            ctx.pipeline().fireChannelRead(ctx.alloc().buffer(1).writeByte(firstByte));
        }
        if (!connection.awaitsHeader) {
            stage.begin();
        }
    }

    // ---- what comes in

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        stage.read(msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        unheardReset.afterRead(ctx);
        stage.readComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE || event == ChannelOutputShutdownEvent.INSTANCE) {
            stage.shutdownEvent(event);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** The client has said that it is done. */
    void inputEnded() {
        connection.finSeen = true;
        stage.inputEnded();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException reset) {
            stage.reset(reset);
        } else {
            stage.failed(cause);
        }
    }

    // ---- what goes out

    @Override
    public void read(ChannelHandlerContext ctx) {
        stage.readAsked();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        userWrote = true;
        if (connection.wire.writesLater()) {
            ChannelPromise told = promise.unvoid();
            lastWritten = told;
            ctx.write(msg, told);
        } else {
            ctx.write(msg, promise);
        }
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
        cancelDeadline();
        early.release();
        Outcome ending = connection.ending == null ? closedByNetty() : connection.ending;
        EventLoop loop = ctx.channel().eventLoop();
        if (connection.wire.outlivesChannel() && !loop.isShuttingDown()) {
            loop.schedule(() -> {}, 0, TimeUnit.NANOSECONDS)
                    .addListener(done -> connection.end(ending)); // also if the loop ends first, and cancels it
        } else {
            connection.end(ending);
        }
        ctx.fireChannelInactive();
    }

    /** How it ends if neither we nor the user have closed it: its loop ends, or a write failed. */
    Outcome closedByNetty() {
        if (connection.channel.eventLoop().isShuttingDown()) {
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
