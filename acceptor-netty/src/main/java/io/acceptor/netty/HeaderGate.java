package io.acceptor.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;

/**
 * Stands before the decoder of a balancer's header, and keeps it from two things: closing the channel by itself when what came is
 * no header, so that a refusal's words could not be sent any more; and collecting without end what it takes for a header's
 * beginning. Confined to the channel's loop.
 */
final class HeaderGate extends ChannelDuplexHandler {
    private static final String DECODER = "acceptor-proxy-header";
    /** The fixed part, the longest addresses (of Unix sockets), and the additional data that we allow. */
    private static final int MAX_BYTES = 16 + 216 + ProxyHeader.MAX_TLV_BYTES;

    private final NettyConnection connection;
    private final Runnable refusal;
    private boolean decoding;
    private int bytes;

    private HeaderGate(NettyConnection connection, Runnable refusal) {
        this.connection = connection;
        this.refusal = refusal;
    }

    /**
     * Has a connection wait for its header, in a pipeline with nothing in it but ours.
     *
     * @param refusal to be run if too much comes that is no header
     */
    static void close(NettyConnection connection, ChannelPipeline pipeline, Runnable refusal) {
        pipeline.addFirst(DECODER, ProxyHeader.decoder());
        pipeline.addFirst(new HeaderGate(connection, refusal));
    }

    /** The header has come. The decoder leaves by itself, when it has passed on what came behind it. */
    static void open(ChannelPipeline pipeline) {
        if (pipeline.get(HeaderGate.class) != null) {
            pipeline.remove(HeaderGate.class);
        }
    }

    /** No header will be taken any more. */
    static void giveUp(ChannelPipeline pipeline) {
        open(pipeline);
        if (pipeline.get(DECODER) != null) {
            pipeline.remove(DECODER);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        bytes += msg instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        decoding = true;
        try {
            ctx.fireChannelRead(msg);
        } finally {
            decoding = false;
        }
        if (connection.awaitsHeader && connection.ending == null && bytes > MAX_BYTES) {
            refusal.run();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        decoding = true;
        try {
            ctx.fireUserEventTriggered(event);
        } finally {
            decoding = false;
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        boolean decoders = decoding && connection.awaitsHeader && connection.ending == null;
        if (!decoders) {
            ctx.close(promise);
        }
    }
}
