package io.acceptor.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;

/**
 * On io_uring, a client's reset that Netty does not tell. Seen with 4.2.17: if a client has sent something and reset the connection
 * before that was read, what it sent is read and nothing ever happens again. So the kernel is asked a moment after reading.
 * Confined to the channel's loop.
 */
final class UnheardReset {
    /** Any reset that Netty tells is told by then. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Wire wire;
    private boolean scheduled;
    private boolean suspected;

    UnheardReset(Wire wire) {
        this.wire = wire;
    }

    /** Something was read. */
    void afterRead(ChannelHandlerContext ctx) {
        suspected = false;
        if (!scheduled && wire.hidesResets()) {
            lookLater(ctx);
        }
    }

    private void lookLater(ChannelHandlerContext ctx) {
        scheduled = true;
        ctx.executor().schedule(() -> look(ctx), PAUSE_NANOS, TimeUnit.NANOSECONDS);
    }

    /**
     * When both sides have said that they are done, the kernel tells the same state as after a reset. The client's FIN is told by the
     * next look.
     */
    private void look(ChannelHandlerContext ctx) {
        scheduled = false;
        boolean reads = ctx.channel().config().isAutoRead(); // else there may be more to read first
        boolean ended = ctx.channel() instanceof DuplexChannel duplex && duplex.isInputShutdown();
        if (!reads || ended || !ctx.channel().isOpen() || !wire.isReset()) {
            return;
        }
        if (isOutputShutDown(ctx) && !suspected) {
            suspected = true;
            lookLater(ctx);
        } else {
            ctx.pipeline().fireExceptionCaught(new SocketException("Connection reset by peer"));
            if (ctx.channel().isOpen()) {
                close(ctx);
            }
        }
    }

    private static boolean isOutputShutDown(ChannelHandlerContext ctx) {
        return ctx.channel() instanceof DuplexChannel duplex && duplex.isOutputShutdown();
    }

    /** As Netty does when it has seen a reset. */
    private static void close(ChannelHandlerContext ctx) {
        if (ctx.channel().config() instanceof SocketChannelConfig config && config.isAllowHalfClosure()) {
            ctx.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            ctx.channel().unsafe().close(ctx.voidPromise());
        }
    }
}
