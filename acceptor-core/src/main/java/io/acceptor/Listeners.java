package io.acceptor;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The bound, non-blocking listening channels of one server, all on one address.
 *
 * @param channels one for each loop
 * @param local the address with its real port
 * @param backlog listened with, 0 if unknown
 */
record Listeners(List<ServerSocketChannel> channels, InetSocketAddress local, int backlog) {

    /**
     * Binds n listeners, which share the port by SO_REUSEPORT if there are several. The first is bound without that, which fails if
     * anybody has the port: sharing it by mistake would give a part of our clients to another process of the same user.
     */
    static Listeners bind(InetSocketAddress address, int backlog, int count) throws IOException {
        return bind(address, backlog, count, false);
    }

    /** Binds n listeners that join whoever shares the port already, and are joined by who comes later. */
    static Listeners join(InetSocketAddress address, int backlog, int count) throws IOException {
        if (address.getPort() == 0) {
            throw new IllegalArgumentException("sharePort() needs a port that others can know, was 0");
        }
        return bind(address, backlog, count, true);
    }

    private static Listeners bind(InetSocketAddress address, int backlog, int count, boolean joining)
            throws IOException {
        if (address.isUnresolved()) {
            throw new SocketException("cannot bind " + address + ": unresolved address");
        }
        List<ServerSocketChannel> channels = new ArrayList<>(count); // has room: one that is open must not be lost
        InetSocketAddress local = address;
        try {
            for (int i = 0; i < count; i++) {
                ServerSocketChannel channel = ServerSocketChannel.open();
                channels.add(channel);
                boolean joins = joining || i > 0;
                if (joins) {
                    share(channel);
                }
                bind(channel, local, backlog, joins);
                if (!joins && count > 1) {
                    share(channel); // Linux asks those that are bound already, when the next one binds
                }
                local = localAddress(channel);
                channel.configureBlocking(false);
            }
            return new Listeners(List.copyOf(channels), local, backlog);
        } catch (IOException | RuntimeException | Error e) {
            closeAll(channels);
            throw e;
        }
    }

    private static void share(ServerSocketChannel channel) throws IOException {
        if (!channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            throw new UnsupportedOperationException("acceptors(n) and sharePort() need SO_REUSEPORT, which "
                    + System.getProperty("os.name") + " does not have");
        }
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }

    /** Binds a channel that somebody has opened and set up. */
    static Listeners listen(ServerSocketChannel channel, InetSocketAddress address, int backlog) throws IOException {
        bind(channel, address, backlog, false);
        channel.configureBlocking(false);
        return new Listeners(List.of(channel), localAddress(channel), backlog);
    }

    /** Takes a channel that is bound already. */
    static Listeners of(ServerSocketChannel channel) throws IOException {
        if (!channel.isOpen()) {
            throw new SocketException("cannot accept from " + channel + ": it is closed");
        }
        if (channel.getLocalAddress() == null) {
            throw new SocketException("cannot accept from " + channel + ": it is not bound");
        }
        InetSocketAddress local = localAddress(channel);
        channel.configureBlocking(false);
        return new Listeners(List.of(channel), local, 0);
    }

    private static void bind(ServerSocketChannel channel, InetSocketAddress address, int backlog, boolean joins)
            throws IOException {
        try {
            channel.bind(address, backlog);
        } catch (SocketException e) {
            String why = joins && e instanceof BindException
                    ? " (who listens there does not share it, or is another user)"
                    : "";
            String message = "cannot bind " + text(address) + ": " + e.getMessage() + why;
            SocketException named =
                    e instanceof BindException ? new BindException(message) : new SocketException(message);
            named.initCause(e);
            throw named;
        }
    }

    /** An address as users write it: {@code 127.0.0.1:4000}, {@code [::1]:4000}. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static InetSocketAddress localAddress(ServerSocketChannel channel) throws IOException {
        SocketAddress local = channel.getLocalAddress();
        if (local instanceof InetSocketAddress internet) {
            return internet;
        }
        throw new SocketException("cannot accept from " + local + ": not a TCP address");
    }

    void close() {
        closeAll(channels);
    }

    private static void closeAll(List<ServerSocketChannel> channels) {
        for (ServerSocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                // on the way out with another failure
            }
        }
    }
}
