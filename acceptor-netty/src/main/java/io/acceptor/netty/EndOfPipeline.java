package io.acceptor.netty;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The handler behind the user's: sees what none of them has dealt with. */
@Sharable
final class EndOfPipeline extends ChannelInboundHandlerAdapter {
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
        HeadHandler head = ctx.pipeline().get(HeadHandler.class);
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
}
