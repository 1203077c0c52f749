package io.acceptor.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Binds the addresses of an acceptor, each on every event loop. */
final class Binding {
    private final EventLoops loops;
    private final ChannelHandler guard;
    private final ChannelHandler child;
    private final Map<ChannelOption<?>, Object> options;
    private final Map<ChannelOption<?>, Object> childOptions;

    /**
     * For one acceptor.
     *
     * @param guard for its server channels
     * @param child the user's handler for connections
     */
    Binding(
            EventLoops loops,
            ChannelHandler guard,
            ChannelHandler child,
            Map<ChannelOption<?>, Object> options,
            Map<ChannelOption<?>, Object> childOptions) {
        this.loops = loops;
        this.guard = guard;
        this.child = child;
        this.options = options;
        this.childOptions = childOptions;
    }

    /** Gives the addresses with their real ports. If one fails, those before stay bound: the caller closes them. */
    List<InetSocketAddress> bind(InetSocketAddress... addresses) throws IOException {
        List<InetSocketAddress> bound = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            if (address.isUnresolved()) {
                throw new SocketException("cannot bind " + address + ": unresolved address");
            }
            bound.add(bindOnAll(address));
        }
        return bound;
    }

    /**
     * Several event loops share the port by SO_REUSEPORT. Unless others are to be joined, the first is bound without that, which
     * fails if anybody has the port: sharing it by mistake would give a part of our clients to another process of the same user.
     */
    private InetSocketAddress bindOnAll(InetSocketAddress address) throws IOException {
        ChannelOption<Boolean> reusePort = loops.transport().reusePort();
        boolean joins = options.containsKey(reusePort);
        if (joins && address.getPort() == 0) {
            throw new IllegalArgumentException("sharePort() needs a port that others can know, was 0");
        }
        InetSocketAddress local = address;
        for (EventLoopGroup group : loops.groups()) {
            Channel server = bind(bootstrap(group, joins), local, joins);
            if (!joins && loops.groups().size() > 1) {
                server.config()
                        .setOption(reusePort, true); // Linux asks those that are bound already, when the next one binds
            }
            local = (InetSocketAddress) server.localAddress();
            joins = true;
        }
        return local;
    }

    private ServerBootstrap bootstrap(EventLoopGroup group, boolean joins) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(loops.transport().serverChannel())
                .handler(guard)
                .childHandler(child);
        options.forEach((option, value) -> setOption(bootstrap, option, value));
        if (joins) {
            bootstrap.option(loops.transport().reusePort(), true);
        }
        childOptions.forEach((option, value) -> setChildOption(bootstrap, option, value));
        return bootstrap;
    }

    @SuppressWarnings("unchecked") // the pair was type-checked when it was set
    private static void setOption(ServerBootstrap bootstrap, ChannelOption<?> option, Object value) {
        bootstrap.option((ChannelOption<Object>) option, value);
    }

    @SuppressWarnings("unchecked") // the pair was type-checked when it was set
    private static void setChildOption(ServerBootstrap bootstrap, ChannelOption<?> option, Object value) {
        bootstrap.childOption((ChannelOption<Object>) option, value);
    }

    private static Channel bind(ServerBootstrap bootstrap, InetSocketAddress address, boolean joins)
            throws IOException {
        ChannelFuture bound = bootstrap.bind(address);
        try {
            bound.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            bound.channel().close();
            throw new InterruptedIOException("interrupted while binding " + Addresses.text(address));
        }
        if (bound.cause() instanceof IllegalStateException || bound.cause() instanceof IllegalArgumentException) {
            throw (RuntimeException) bound.cause(); // settings that do not go together, found when it was bound
        }
        if (!bound.isSuccess()) {
            throw cannotBind(address, bound.cause(), joins);
        }
        return bound.channel();
    }

    private static IOException cannotBind(InetSocketAddress address, Throwable cause, boolean joins) {
        String why = joins ? " (who listens there does not share it, or is another user)" : "";
        BindException named =
                new BindException("cannot bind " + Addresses.text(address) + ": " + cause.getMessage() + why);
        named.initCause(cause);
        return named;
    }
}
