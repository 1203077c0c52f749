package io.acceptor;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and options of a connected {@link SocketChannel}, answered as {@link Socket} answers them.
 *
 * <p>The channel's own {@link SocketChannel#socket()} does the work. It checks its arguments less, forgets its
 * addresses in other cases and throws other exceptions; this class makes up for that. Thread-safe.
 */
// Socket's monitor guards a state that is not used here.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
abstract class ChannelSocket extends Socket {
    static final String IS_CLOSED = "Socket is closed";
    static final String CLOSED = "Socket closed";

    private final Socket adaptor;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private volatile int chosenLinger = -1;

    /** No SocketImpl: the superclass then never opens a descriptor, nor asks a SocketImplFactory. */
    ChannelSocket(SocketChannel channel) throws IOException {
        super((SocketImpl) null);
        if (!(channel.getRemoteAddress() instanceof InetSocketAddress peer)) {
            throw new NotYetConnectedException();
        }
        remote = peer;
        local = (InetSocketAddress) channel.getLocalAddress();
        adaptor = channel.socket();
    }

    /** The channel's own view, for what must not depend on this socket being open. */
    final Socket adaptor() {
        return adaptor;
    }

    /** Whether the linger time in force was set through this socket, to 0 or more. */
    final boolean lingerChosen() {
        return chosenLinger >= 0;
    }

    /** Whether the user wants a close to reset the connection. */
    final boolean resetsOnClose() {
        return chosenLinger == 0;
    }

    /** The adaptor, unless this socket is closed. */
    final Socket open() throws SocketException {
        if (isClosed()) {
            throw new SocketException(IS_CLOSED);
        }
        return adaptor;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(@Nullable SocketAddress endpoint, int timeout) throws IOException {
        if (endpoint == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (timeout < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        open();
        throw new SocketException("already connected");
    }

    @Override
    public void bind(@Nullable SocketAddress bindpoint) throws IOException {
        open();
        throw new SocketException("Already bound");
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public InetAddress getInetAddress() {
        return remote.getAddress();
    }

    @Override
    public int getPort() {
        return remote.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return remote;
    }

    /** The wildcard address once closed, as any socket says. */
    @Override
    public InetAddress getLocalAddress() {
        return (isClosed() ? new InetSocketAddress(0) : local).getAddress();
    }

    @Override
    public int getLocalPort() {
        return local.getPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return new InetSocketAddress(getLocalAddress(), getLocalPort());
    }

    @Override
    public String toString() {
        return "Socket[addr=" + getInetAddress() + ",port=" + getPort() + ",localport=" + getLocalPort() + "]";
    }

    /** Does nothing, as everywhere. */
    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {}

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        Objects.requireNonNull(name);
        try {
            open().setOption(name, value);
        } catch (ClosedChannelException e) {
            throw withCause(new SocketException(IS_CLOSED), e);
        }
        if (StandardSocketOptions.SO_LINGER.equals(name)) {
            chosenLinger = (Integer) value;
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Objects.requireNonNull(name);
        try {
            return open().getOption(name);
        } catch (ClosedChannelException e) {
            throw withCause(new SocketException(IS_CLOSED), e);
        }
    }

    /** The adaptor also names an option of the JDK's own. */
    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return adaptor.supportedOptions().stream()
                .filter(option -> !option.name().equals("SO_OOBINLINE"))
                .collect(toUnmodifiableSet());
    }

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        Socket open = open();
        if (on && linger < 0) {
            throw new IllegalArgumentException("invalid value for SO_LINGER");
        }
        open.setSoLinger(on, linger);
        chosenLinger = on ? linger : -1;
    }

    @Override
    public int getSoLinger() throws SocketException {
        return open().getSoLinger();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        open().setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return open().getTcpNoDelay();
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        open().setOOBInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return open().getOOBInline();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        Socket open = open();
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout can't be negative");
        }
        open.setSoTimeout(timeout);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return open().getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("negative send size");
        }
        open().setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return open().getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("invalid receive size");
        }
        open().setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return open().getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        open().setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return open().getKeepAlive();
    }

    @Override
    public void setTrafficClass(int tc) throws SocketException {
        if (tc < 0 || tc > 255) {
            throw new IllegalArgumentException("tc is not in range 0 -- 255");
        }
        open().setTrafficClass(tc);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        if (isClosed()) {
            throw new SocketException(CLOSED); // the one getter that says it so
        }
        return adaptor.getTrafficClass();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        open().setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return open().getReuseAddress();
    }

    /** SocketException takes a cause in its constructor only from Java 19 on. */
    static SocketException withCause(SocketException exception, Throwable cause) {
        exception.initCause(cause);
        return exception;
    }
}
