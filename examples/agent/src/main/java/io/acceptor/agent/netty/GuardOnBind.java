package io.acceptor.agent.netty;

import io.acceptor.agent.ListenerPolicy;
import io.acceptor.netty.AcceptGuard;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.net.SocketAddress;

/**
 * Puts the guard in when a server channel is bound, for only then it is known to which port, and goes. Confined to the channel's
 * event loop.
 */
final class GuardOnBind extends ChannelOutboundHandlerAdapter {
    /** The program's own copy of the library; in two pieces, or the agent's build would make the agent's of it. */
    private static final String PROGRAMS_OWN = "io.".concat("acceptor.netty.");

    private final ListenerPolicy policy;

    GuardOnBind(ListenerPolicy policy) {
        this.policy = policy;
    }

    @Override
    public void bind(ChannelHandlerContext ctx, SocketAddress local, ChannelPromise promise) {
        try {
            if (!isGuarded(ctx.pipeline()) && policy.guards(local)) {
                guard(ctx, promise);
            }
        } catch (Throwable t) {
            policy.unguarded(local, t);
        }
        ctx.bind(local, promise);
        ctx.pipeline().remove(this);
    }

    private static boolean isGuarded(ChannelPipeline pipeline) {
        for (var entry : pipeline) {
            if (entry.getValue().getClass().getName().startsWith(PROGRAMS_OWN)) {
                return true;
            }
        }
        return false;
    }

    private void guard(ChannelHandlerContext ctx, ChannelPromise promise) {
        AcceptGuard.Builder builder = AcceptGuard.builder();
        policy.applyTo(builder);
        AcceptGuard guard = builder.build();
        int handlers = ctx.pipeline().names().size();
        ctx.pipeline().addFirst(guard.handler());
        if (ctx.pipeline().names().size() == handlers) {
            return; // no TCP, or a transport that nobody knows
        }
        Channel server = ctx.channel();
        promise.addListener(bound -> {
            if (bound.isSuccess()) {
                policy.guarding(server.localAddress(), guard.metrics());
            }
        });
    }
}
