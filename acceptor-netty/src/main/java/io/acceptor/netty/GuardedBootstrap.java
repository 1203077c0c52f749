package io.acceptor.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import org.jspecify.annotations.Nullable;

/** Puts our handlers into a bootstrap. */
final class GuardedBootstrap {
    /** Stands for the user's child handler, which a bootstrap wants to add to connections that are not its yet. */
    private static final ChannelHandler COMES_LATER = new ComesLater();

    private GuardedBootstrap() {}

    /** Whether that was done before. */
    static boolean isGuarded(ServerBootstrap bootstrap) {
        return bootstrap.config().childHandler() == COMES_LATER;
    }

    /** From now on its server channels accept through ours, and its connections begin without the user's child handler. */
    static void guard(ServerBootstrap bootstrap, Listenings listenings) {
        bootstrap.handler(new ServerInitializer(bootstrap.config().handler(), listenings));
        bootstrap.childHandler(COMES_LATER);
    }

    /** The user's boss handler, then ours. */
    @Sharable
    private static final class ServerInitializer extends ChannelInitializer<Channel> {
        private final @Nullable ChannelHandler users;
        private final Listenings listenings;

        ServerInitializer(@Nullable ChannelHandler users, Listenings listenings) {
            this.users = users;
            this.listenings = listenings;
        }

        @Override
        protected void initChannel(Channel server) {
            if (users != null) {
                server.pipeline().addLast(users);
            }
            server.pipeline().addLast(new AcceptHandler(listenings));
        }
    }

    @Sharable
    private static final class ComesLater extends ChannelHandlerAdapter {}
}
