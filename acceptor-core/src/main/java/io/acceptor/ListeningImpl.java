package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a {@link ResilientServerSocket}: being a {@link SocketImpl} leaves ServerSocket's own checks, states and
 * messages in charge.
 */
final class ListeningImpl extends SocketImpl {
    /** An application that handles clients one after the other may be away from accept() for a while. */
    static final Duration STALL_THRESHOLD = Duration.ofSeconds(10);

    private final ResilientServerSocket.Builder builder;
    private @Nullable ServerSocketChannel channel;
    private @Nullable InetSocketAddress requested;
    private volatile int acceptTimeoutMillis;
    private volatile @Nullable Running running;

    /** What exists from listen() on. */
    private record Running(AcceptorContext context, ReadyQueue ready, NioServer server) {}

    ListeningImpl(ResilientServerSocket.Builder builder) {
        this.builder = builder;
    }

    int defaultBacklog() {
        return builder.effectiveBacklog();
    }

    AcceptorContext context() {
        return running("stats, health, queue and metrics exist once the socket is bound")
                .context();
    }

    private Running running(String otherwise) {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException(otherwise);
        }
        return now;
    }

    @Override
    protected void create(boolean stream) throws IOException {
        channel = ServerSocketChannel.open();
    }

    private ServerSocketChannel channel() throws SocketException {
        ServerSocketChannel open = channel;
        if (open == null) {
            throw new SocketException("Socket closed");
        }
        return open;
    }

    @Override
    protected void bind(InetAddress host, int port) {
        requested = new InetSocketAddress(host, port);
    }

    @Override
    protected void listen(int backlog) throws IOException {
        InetSocketAddress bindTo = Objects.requireNonNull(requested);
        Listeners listeners = Listeners.listen(channel(), bindTo, backlog);
        try {
            listen(listeners, backlog);
        } catch (Throwable t) {
            listeners.close(); // ServerSocket does not, if it is an Error
            throw t;
        }
        address = bindTo.getAddress(); // what was asked for, as ServerSocket shows it
        localport = listeners.local().getPort();
    }

    private void listen(Listeners listeners, int backlog) throws IOException {
        Settings settings = builder.freeze(Listeners.text(listeners.local()));
        AcceptorContext context = new AcceptorContext(settings, listeners.local(), backlog, 1);
        ReadyQueue ready = new ReadyQueue(builder.queueSize(), context.name());
        ready.refusesThrough(context.admission());
        context.watch(ready);
        running = new Running(context, ready, NioServer.start(context, ready, listeners.channels(), true));
    }

    /** Gives the next connection that is alive, within one SO_TIMEOUT over all that prove dead. */
    Socket acceptReady() throws IOException {
        Running now = running("not bound");
        long start = System.nanoTime();
        int millis = acceptTimeoutMillis;
        long timeoutNanos = millis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            NioConnection connection = now.ready().take(start, timeoutNanos);
            try {
                HandedSocket socket = open(now, connection);
                if (socket != null) {
                    return socket;
                }
            } catch (ThreadDeath stopped) {
                connection.failedAfterClaim(stopped);
                throw stopped;
            } catch (Throwable t) {
                connection.failedAfterClaim(t);
            }
        }
    }

    private static @Nullable HandedSocket open(Running now, NioConnection connection) {
        now.context().metrics().recordHandoff(System.nanoTime() - connection.offeredNanos);
        Outcome gone = connection.lastLook();
        if (gone != null) {
            connection.closeAs(gone);
            return null;
        }
        if (!now.server().hold(connection)) {
            return null;
        }
        try {
            HandedSocket socket = connection.open(false);
            connection.cutIfDropped(socket);
            return socket;
        } catch (IOException e) {
            connection.openFailed(e);
            return null;
        }
    }

    @Override
    protected void close() throws IOException {
        Running now = running;
        if (now != null) {
            try {
                now.ready().close();
            } finally {
                now.server().closeListeners();
            }
        } else if (channel != null) {
            channel.close();
        }
    }

    // ---- options; those of the listening channel, and the timeout of accept

    @Override
    public void setOption(int id, Object value) throws SocketException {
        try {
            switch (id) {
                case SocketOptions.SO_TIMEOUT -> acceptTimeoutMillis = (Integer) value;
                case SocketOptions.SO_REUSEADDR ->
                    channel().setOption(StandardSocketOptions.SO_REUSEADDR, (Boolean) value);
                case SocketOptions.SO_RCVBUF -> channel().setOption(StandardSocketOptions.SO_RCVBUF, (Integer) value);
                default -> throw new SocketException("option " + id + " is not one of a server socket");
            }
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw socketException(e);
        }
    }

    @Override
    public Object getOption(int id) throws SocketException {
        try {
            return switch (id) {
                case SocketOptions.SO_TIMEOUT -> acceptTimeoutMillis;
                case SocketOptions.SO_REUSEADDR -> channel().getOption(StandardSocketOptions.SO_REUSEADDR);
                case SocketOptions.SO_RCVBUF -> channel().getOption(StandardSocketOptions.SO_RCVBUF);
                default -> throw new SocketException("option " + id + " is not one of a server socket");
            };
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw socketException(e);
        }
    }

    private static SocketException socketException(IOException cause) {
        SocketException socketException = new SocketException(cause.getMessage());
        socketException.initCause(cause);
        return socketException;
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        channel().setOption(name, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        return channel().getOption(name);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        ServerSocketChannel open = channel;
        return open == null ? Set.of() : open.supportedOptions();
    }

    // ---- what a connected socket does

    @Override
    protected void connect(String host, int port) throws IOException {
        throw listens();
    }

    @Override
    protected void connect(InetAddress host, int port) throws IOException {
        throw listens();
    }

    @Override
    protected void connect(SocketAddress remote, int timeout) throws IOException {
        throw listens();
    }

    @Override
    protected void accept(SocketImpl socket) throws IOException {
        throw new SocketException("implAccept is not supported by ResilientServerSocket: call accept()");
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        throw listens();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        throw listens();
    }

    @Override
    protected int available() throws IOException {
        throw listens();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw listens();
    }

    private static SocketException listens() {
        return new SocketException("this socket listens");
    }
}
