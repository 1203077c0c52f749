package io.acceptor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.rmi.server.RMIServerSocketFactory;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link ResilientServerSocket}s for code that takes a factory: {@link ServerSocketFactory} or RMI's
 * {@link RMIServerSocketFactory}.
 *
 * <p>Immutable and thread-safe. Two factories are equal if they set up sockets in the same way (the same function object, or
 * none); RMI lets exports share a port by that.
 */
public final class ResilientServerSocketFactory extends ServerSocketFactory implements RMIServerSocketFactory {
    private final @Nullable Consumer<? super ResilientServerSocket.Builder> settings;

    /** Makes sockets with the default settings. */
    public ResilientServerSocketFactory() {
        this.settings = null;
    }

    /**
     * Makes sockets with settings of yours.
     *
     * @param settings told the builder of each new socket
     */
    public ResilientServerSocketFactory(Consumer<? super ResilientServerSocket.Builder> settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        ResilientServerSocket.Builder builder = ResilientServerSocket.builder();
        if (settings != null) {
            settings.accept(builder);
        }
        return builder.unbound();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, 0, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress bindAddr) throws IOException {
        SocketAddress address = new InetSocketAddress(bindAddr, port);
        ServerSocket socket = createServerSocket();
        try {
            socket.bind(address, backlog);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResilientServerSocketFactory that && settings == that.settings;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(settings);
    }
}
