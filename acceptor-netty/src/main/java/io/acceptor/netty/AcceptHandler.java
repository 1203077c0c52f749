package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Stands in a server channel's pipeline behind the user's own handlers and before Netty's acceptor: what is dead or refused
 * does not get past it, nor do failures to accept. Confined to the server channel's loop.
 */
final class AcceptHandler extends ChannelDuplexHandler {
    private final Listenings listenings;
    private @Nullable Accepting accepting;

    AcceptHandler(Listenings listenings) {
        this.listenings = listenings;
    }

    @Override
    public void bind(ChannelHandlerContext ctx, SocketAddress address, ChannelPromise promise) {
        if (!(address instanceof InetSocketAddress)) {
            promise.setFailure(new IllegalArgumentException("cannot guard " + address + ": not a TCP address"));
            return;
        }
        ChannelPromise bound = ctx.newPromise();
        bound.addListener(future -> {
            if (!future.isSuccess()) {
                promise.setFailure(future.cause());
                return;
            }
            try {
                accepting = listenings.open(ctx.channel());
                promise.setSuccess();
            } catch (RuntimeException | Error e) {
                ctx.close();
                promise.setFailure(e);
            }
        });
        ctx.bind(address, bound);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (accepting != null && msg instanceof Channel child) {
            accepting.accepted(ctx, child);
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

    /** Not passed on: Netty's acceptor would pause for a second, and switch on what others have switched off. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (accepting != null) {
            accepting.failed(cause);
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (accepting != null) {
            accepting.channelClosed();
        }
        ctx.fireChannelInactive();
    }
}
