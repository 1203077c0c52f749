package io.acceptor.netty;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;

/** The handler behind the user's: sees what none of them has dealt with, and Netty's wish to read on. */
@Sharable
final class EndOfPipeline extends ChannelDuplexHandler {
    private final boolean closes;

    /**
     * For all connections of a server.
     *
     * @param closes whether an exception ends the connection; if not, it is passed on as ever
     */
    EndOfPipeline(boolean closes) {
        this.closes = closes;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ctx.pipeline().lastContext() != ctx) { // the user has added handlers since, when the protocol was known
            ctx.pipeline().remove(this);
            ctx.pipeline().addLast(this);
            ctx.fireExceptionCaught(cause);
            return;
        }
        ChildHead head = ctx.pipeline().get(ChildHead.class);
        boolean usersFault = head == null || head.userFailed(cause);
        if (closes) {
            if (usersFault && head != null) {
                head.connection.report(cause);
            }
            ctx.close();
        } else if (usersFault) {
            ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        ChildHead head = ctx.pipeline().get(ChildHead.class);
        if (head == null) {
            ctx.read();
        } else {
            head.readOnFromEnd(ctx);
        }
    }
}
