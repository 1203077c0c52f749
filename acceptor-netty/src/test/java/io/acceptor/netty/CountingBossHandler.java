package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/** A boss handler as a user may have one: sees connections and failures to accept, and passes them on. */
@Sharable
final class CountingBossHandler extends ChannelInboundHandlerAdapter {
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof Channel) {
            connections.incrementAndGet();
        }
        ctx.fireChannelRead(msg);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failures.incrementAndGet();
        ctx.fireExceptionCaught(cause);
    }
}
