package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a server channel, before the user's own and Netty's acceptor: what is dead or refused does not get past it.
 * Confined to the server channel's loop.
 */
final class AcceptHandler extends ChannelDuplexHandler {
    private final Listenings listenings;
    private final PipelineEnd end = new PipelineEnd();
    private @Nullable Accepting accepting;

    AcceptHandler(Listenings listenings) {
        this.listenings = listenings;
    }

    @Override
    public void bind(ChannelHandlerContext ctx, SocketAddress address, ChannelPromise promise) {
        if (!promise.setUncancellable()) {
            return;
        }
        ctx.bind(address).addListener(bound -> {
            if (bound.isSuccess()) {
                open(ctx, promise);
            } else {
                promise.tryFailure(bound.cause());
            }
        });
    }

    /** A channel that was bound before it was registered is active without a bind. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (accepting == null) {
            open(ctx, ctx.newPromise().addListener(opened -> {
                if (!opened.isSuccess()) {
                    ctx.fireExceptionCaught(opened.cause());
                }
            }));
        }
        ctx.fireChannelActive();
    }

    private void open(ChannelHandlerContext ctx, ChannelPromise promise) {
        try {
            accepting = listenings.open(ctx);
            promise.trySuccess();
        } catch (RuntimeException | Error e) {
            ctx.close();
            promise.tryFailure(e);
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (accepting == null || !accepting.holdsReadBack()) {
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (accepting != null && msg instanceof Channel child) {
            accepting.accepted(child);
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (accepting != null) {
            accepting.turnEnded();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (accepting == null) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        accepting.failed(cause);
        showFailure(ctx, cause);
    }

    /** With AUTO_READ off, Netty's acceptor leaves a failure alone: else it would pause for a second whatever the reason. */
    private void showFailure(ChannelHandlerContext ctx, Throwable cause) {
        ChannelConfig config = ctx.channel().config();
        boolean reads = config.isAutoRead();
        end.stayLast(ctx.pipeline());
        config.setAutoRead(false);
        end.expected = cause;
        try {
            ctx.fireExceptionCaught(cause);
        } finally {
            end.expected = null;
            config.setAutoRead(reads);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (accepting != null) {
            accepting.channelClosed();
        }
        ctx.fireChannelInactive();
    }

    /** The handler behind all others: Netty's log need not tell what has been counted and told. */
    private static final class PipelineEnd extends ChannelInboundHandlerAdapter {
        private @Nullable Throwable expected;

        void stayLast(ChannelPipeline pipeline) {
            if (pipeline.last() != this) {
                if (pipeline.context(this) != null) {
                    pipeline.remove(this);
                }
                pipeline.addLast(this);
            }
        }

        @Override
        public boolean isSharable() {
            return true; // of this one pipeline: it is added again behind what others have added
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause != expected) {
                ctx.fireExceptionCaught(cause);
            }
        }
    }
}
