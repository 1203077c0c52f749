package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handler that {@link AcceptGuard#handler()} gives: it replaces itself by an {@link AcceptHandler} of the server channel's own,
 * first in the pipeline wherever it stood. Leaves channels alone that are not TCP on a known transport, and those that are guarded
 * already. Thread-safe.
 */
@Sharable
final class GuardInstaller extends ChannelHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger("io.acceptor");

    private final Listenings listenings;

    GuardInstaller(Listenings listenings) {
        this.listenings = listenings;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Channel server = ctx.channel();
        if (!isGuardable(server)) {
            LOG.debug("{} is left alone: not a TCP server channel of NIO, epoll or io_uring", server);
        } else if (ctx.pipeline().get(AcceptHandler.class) != null) {
            LOG.warn("{} is guarded already and keeps its first guard", server);
        } else {
            listenings.prepare(server);
            ctx.pipeline().addFirst(new AcceptHandler(listenings));
        }
        ctx.pipeline().remove(this);
    }

    static boolean isGuardable(Channel server) {
        // in this order: the classes of native transports need not be there
        return server instanceof NioServerSocketChannel || UnixListeningSocket.isTcp(server);
    }
}
