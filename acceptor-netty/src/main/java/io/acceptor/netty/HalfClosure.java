package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannelConfig;

/** Whether a channel stays open when its client has said that it is done. A field of the channel, no system call. */
final class HalfClosure {
    private HalfClosure() {}

    static boolean allowed(Channel channel) {
        return channel.config() instanceof SocketChannelConfig config && config.isAllowHalfClosure();
    }

    static void allow(Channel channel, boolean allowed) {
        if (channel.config() instanceof SocketChannelConfig config) {
            config.setAllowHalfClosure(allowed);
        }
    }
}
