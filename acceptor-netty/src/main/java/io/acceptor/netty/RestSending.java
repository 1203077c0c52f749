package io.acceptor.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Sends through a channel what the socket did not take at once, while nothing of the user's is there to overtake it. Follows
 * what has gone out, for a reset in the middle is another outcome than one before the first byte. Confined to the channel's
 * loop.
 */
final class RestSending implements ChannelProgressiveFutureListener {
    private final ByteBuffer bytes;
    private final int start;
    private final Runnable whenSent;
    private final Consumer<Throwable> whenFailed;

    private RestSending(ByteBuffer bytes, Runnable whenSent, Consumer<Throwable> whenFailed) {
        this.bytes = bytes;
        this.start = bytes.position();
        this.whenSent = whenSent;
        this.whenFailed = whenFailed;
    }

    /** Begins; moves the buffer's position past what has gone out. */
    static void begin(ChannelHandlerContext ctx, ByteBuffer bytes, Runnable whenSent, Consumer<Throwable> whenFailed) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes), ctx.newProgressivePromise())
                .addListener(new RestSending(bytes, whenSent, whenFailed));
    }

    @Override
    public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
        bytes.position(start + (int) progress);
    }

    @Override
    public void operationComplete(ChannelProgressiveFuture future) {
        if (future.isSuccess()) {
            bytes.position(bytes.limit());
            whenSent.run();
        } else {
            whenFailed.accept(future.cause());
        }
    }
}
