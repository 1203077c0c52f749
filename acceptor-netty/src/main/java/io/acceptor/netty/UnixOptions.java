package io.acceptor.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.SocketOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's extended socket options ({@code jdk.net.ExtendedSocketOptions}) as epoll and io_uring take them, by the numbers of
 * linux/tcp.h. Apart from {@link ChildOptions} because its classes may be missing where there is only NIO.
 */
final class UnixOptions {
    private static final int IPPROTO_TCP = 6;
    private static final Map<String, Integer> NUMBERS =
            Map.of("TCP_KEEPIDLE", 4, "TCP_KEEPINTERVAL", 5, "TCP_KEEPCOUNT", 6, "TCP_QUICKACK", 12);

    private UnixOptions() {}

    /** The same option for a native transport; null if there is none. Its value is 1 or 0 where the JDK's is a boolean. */
    static @Nullable ChannelOption<Integer> of(SocketOption<?> option) {
        Integer number = NUMBERS.get(option.name());
        return number == null ? null : new IntegerUnixChannelOption(option.name(), IPPROTO_TCP, number);
    }
}
