package io.acceptor.examples.frameworks;

import io.acceptor.netty.AcceptGuard;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.ServerChannel;

/**
 * Guards every server of a JVM that is started with {@code -Dio.netty.bootstrap.extensions=serviceload}: Netty finds this class by
 * META-INF/services/io.netty.bootstrap.ChannelInitializerExtension.
 */
public final class GuardingExtension extends ChannelInitializerExtension {
    static final AcceptGuard GUARD = AcceptGuard.builder().build();

    @Override
    public void postInitializeServerListenerChannel(ServerChannel server) {
        server.pipeline().addFirst(GUARD.handler());
    }

    /** Before others: a channel that is guarded twice keeps its first guard. */
    @Override
    public double priority() {
        return -1;
    }
}
