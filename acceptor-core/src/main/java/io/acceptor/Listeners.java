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

    /** Binds n listeners. More than one share the port by SO_REUSEPORT. */
    static Listeners bind(InetSocketAddress address, int backlog, int count) throws IOException {
        if (address.isUnresolved()) {
            throw new SocketException("cannot bind " + address + ": unresolved address");
        }
        List<ServerSocketChannel> channels = new ArrayList<>(count); // has room: one that is open must not be lost
        InetSocketAddress local = address;
        try {
            if (count > 1) {
                local = probeExclusively(address);
            }
            for (int i = 0; i < count; i++) {
                ServerSocketChannel channel = ServerSocketChannel.open();
                channels.add(channel);
                if (count > 1) {
                    channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                }
                bind(channel, local, backlog);
                local = localAddress(channel);
                channel.configureBlocking(false);
            }
            return new Listeners(List.copyOf(channels), local, backlog);
        } catch (IOException | RuntimeException | Error e) {
            closeAll(channels);
            throw e;
        }
    }

    /** Binds a channel that somebody has opened and set up. */
    static Listeners listen(ServerSocketChannel channel, InetSocketAddress address, int backlog) throws IOException {
        bind(channel, address, backlog);
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

    /**
     * Sharing a port, we would also share it with another process of the same user that shares it. So it is bound without
     * sharing first, which fails if anybody has it.
     */
    private static InetSocketAddress probeExclusively(InetSocketAddress address) throws IOException {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            if (!probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                throw new UnsupportedOperationException(
                        "acceptors(n) needs SO_REUSEPORT, which " + System.getProperty("os.name") + " does not have");
            }
            bind(probe, address, 1);
            return localAddress(probe);
        }
    }

    private static void bind(ServerSocketChannel channel, InetSocketAddress address, int backlog) throws IOException {
        try {
            channel.bind(address, backlog);
        } catch (SocketException e) {
            String message = "cannot bind " + text(address) + ": " + e.getMessage();
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
