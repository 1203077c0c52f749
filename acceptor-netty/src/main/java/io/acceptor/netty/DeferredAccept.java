package io.acceptor.netty;

import io.acceptor.engine.Settings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;

/**
 * TCP_DEFER_ACCEPT: the kernel keeps a connection to itself until the client has sent something (tcp(7)), so bare probes are
 * never accepted. A client that waits for a greeting would wait in vain.
 */
final class DeferredAccept {
    /** By name: the classes of native transports need not be there. */
    private static final List<ChannelOption<Integer>> OPTIONS = List.of(
            ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_DEFER_ACCEPT"),
            ChannelOption.valueOf("io.netty.channel.uring.IoUringChannelOption#TCP_DEFER_ACCEPT"));

    private DeferredAccept() {}

    /** Refuses a server channel that has the option set, if there is a greeting. */
    static void refuseWithGreeting(Channel server, Settings settings) {
        if (settings.greeting().isNone() || server instanceof NioServerSocketChannel) {
            return;
        }
        for (ChannelOption<Integer> option : OPTIONS) {
            Integer seconds = server.config().getOption(option);
            if (seconds != null && seconds > 0) {
                throw new IllegalStateException("TCP_DEFER_ACCEPT (" + seconds + " s) and a greeting exclude each"
                        + " other: the kernel would wait for a client that waits for the greeting");
            }
        }
    }
}
