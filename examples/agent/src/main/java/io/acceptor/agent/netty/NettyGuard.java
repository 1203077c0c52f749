package io.acceptor.agent.netty;

import io.acceptor.agent.ListenerPolicy;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/** Prepares the server channels of one copy of Netty to be guarded. Thread-safe. */
public final class NettyGuard implements Consumer<Object> {
    private final ListenerPolicy policy;

    /**
     * For one copy of Netty.
     *
     * @param policy what the agent's options say
     */
    public NettyGuard(ListenerPolicy policy) {
        this.policy = policy;
    }

    /**
     * Prepares a channel.
     *
     * @param channel a server channel that a bootstrap is about to register
     */
    @Override
    public void accept(Object channel) {
        ((Channel) channel).pipeline().addLast(new GuardOnBind(policy));
    }
}
