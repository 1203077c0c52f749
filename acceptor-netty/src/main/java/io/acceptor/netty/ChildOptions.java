package io.acceptor.netty;

import io.acceptor.engine.AcceptorContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The socket options of a server's settings, for the transport of its channels. Immutable.
 *
 * @param options as Netty names them
 */
record ChildOptions(List<Option<?>> options) {
    /** Those that native transports know by the same name. */
    private static final Set<SocketOption<?>> STANDARD = Set.of(
            StandardSocketOptions.TCP_NODELAY,
            StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.IP_TOS);

    /** One socket option, as Netty names it. */
    record Option<T>(ChannelOption<T> name, T value) {
        private boolean set(Channel channel) {
            return channel.config().setOption(name, value);
        }
    }

    /**
     * Translates socket options for the transport of a server channel.
     *
     * @throws IllegalArgumentException if the transport does not have one
     */
    static ChildOptions of(Channel server, Map<SocketOption<?>, Object> options) {
        List<Option<?>> translated = new ArrayList<>();
        options.forEach((option, value) -> {
            boolean alreadySo = option.equals(StandardSocketOptions.TCP_NODELAY) && value.equals(true);
            if (!alreadySo) { // Netty sets it on every child; again would be one more system call
                translated.add(translate(server, option, value));
            }
        });
        return new ChildOptions(List.copyOf(translated));
    }

    @SuppressWarnings("unchecked") // the pair was type-checked when it was set
    private static Option<?> translate(Channel server, SocketOption<?> option, Object value) {
        if (server instanceof AbstractNioChannel) {
            return new Option<>(NioChannelOption.of((SocketOption<Object>) option), value);
        }
        if (STANDARD.contains(option)) {
            return new Option<>(ChannelOption.valueOf(option.name()), value);
        }
        ChannelOption<Integer> extended = UnixOptions.of(option);
        if (extended == null) {
            throw new IllegalArgumentException("option " + option.name() + " is not one of "
                    + server.getClass().getSimpleName() + ": a child handler can set what Netty has in its place");
        }
        return new Option<>(extended, value instanceof Boolean on ? (on ? 1 : 0) : (Integer) value);
    }

    /** False if an option could not be set. */
    boolean set(NettyConnection connection) {
        for (Option<?> option : options) {
            try {
                option.set(connection.channel);
            } catch (RuntimeException e) {
                AcceptorContext context = connection.listening.context();
                context.events().failure("option " + option.name() + " could not be set", e);
                return false;
            }
        }
        return true;
    }
}
