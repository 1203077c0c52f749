package io.acceptor.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server socket that a program under the agent gets in place of its {@link ServerSocket}.
 *
 * <p>Until it is bound it stands on a plain one. Binding gives it one that keeps probes away, or, if the options leave that
 * port alone or such a socket cannot be had, binds the plain one: so the program sees a plain socket's result and exceptions.
 * Thread-safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // what it stands on does that
public final class AgentServerSocket extends ServerSocket {
    /** What {@link ServerSocket} asks for where its user does not say. */
    private static final int JDK_BACKLOG = 50;

    private static final int LAST_PORT = 65535;

    private final Object binding = new Object();
    private final List<Setting<?>> settings = new ArrayList<>(); // guarded by binding
    /** What it stands on; changes once at most, under binding. */
    private volatile ServerSocket socket;

    /** An option that was set before binding, to be set on what takes the plain socket's place. */
    @FunctionalInterface
    interface Setting<E extends IOException> {
        void applyTo(ServerSocket socket) throws E;
    }

    /**
     * Unbound.
     *
     * @throws IOException never
     */
    public AgentServerSocket() throws IOException {
        socket = new ServerSocket();
    }

    /**
     * Bound to a port on all addresses.
     *
     * @param port 0 for any free one
     * @throws IOException if it cannot be bound
     */
    public AgentServerSocket(int port) throws IOException {
        this(port, 0, null);
    }

    /**
     * Bound to a port on all addresses.
     *
     * @param port 0 for any free one
     * @param backlog asked for; the default if not positive
     * @throws IOException if it cannot be bound
     */
    public AgentServerSocket(int port, int backlog) throws IOException {
        this(port, backlog, null);
    }

    /**
     * Bound to a port on one address.
     *
     * @param port 0 for any free one
     * @param backlog asked for; the default if not positive
     * @param address null for all
     * @throws IOException if it cannot be bound
     */
    public AgentServerSocket(int port, int backlog, @Nullable InetAddress address) throws IOException {
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("Port value out of range: " + port); // in ServerSocket's words
        }
        socket = new ServerSocket();
        try {
            bind(new InetSocketAddress(address, port), backlog);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void bind(@Nullable SocketAddress endpoint) throws IOException {
        bind(endpoint, 0);
    }

    @Override
    public void bind(@Nullable SocketAddress endpoint, int backlog) throws IOException {
        synchronized (binding) {
            ServerSocket plain = socket;
            Throwable failure = null;
            if (!plain.isClosed() && !plain.isBound()) {
                try {
                    ServerSocket guarded = SocketGuard.bind(endpoint, backlog, settings);
                    if (guarded != null) {
                        socket = guarded;
                        closeUnbound(plain);
                        return;
                    }
                } catch (Throwable t) {
                    failure = t;
                }
            }
            plain.bind(endpoint, backlog < 1 ? JDK_BACKLOG : backlog);
            if (failure != null) {
                SocketGuard.tellUnguarded(plain, failure);
            }
        }
    }

    private static void closeUnbound(ServerSocket plain) {
        try {
            plain.close();
        } catch (IOException e) {
            // it never listened
        }
    }

    @Override
    public Socket accept() throws IOException {
        return socket.accept();
    }

    @Override
    public void close() throws IOException {
        synchronized (binding) {
            socket.close();
        }
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public @Nullable ServerSocketChannel getChannel() {
        return null; // as every ServerSocket that was not opened as a channel
    }

    @Override
    public boolean isBound() {
        return socket.isBound();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    // ---- options

    /** Sets it on what it stands on now, and later on what comes in its place. */
    private <E extends IOException> void set(Setting<E> setting) throws E {
        synchronized (binding) {
            setting.applyTo(socket);
            if (!socket.isBound()) {
                settings.add(setting);
            }
        }
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        set(to -> to.setSoTimeout(millis));
    }

    @Override
    public int getSoTimeout() throws IOException {
        return socket.getSoTimeout();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        set(to -> to.setReuseAddress(on));
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return socket.getReuseAddress();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        set(to -> to.setReceiveBufferSize(size));
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return socket.getReceiveBufferSize();
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        socket.setPerformancePreferences(connectionTime, latency, bandwidth); // "not implemented yet" by the JDK
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> name, T value) throws IOException {
        set(to -> to.setOption(name, value));
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return socket.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }
}
