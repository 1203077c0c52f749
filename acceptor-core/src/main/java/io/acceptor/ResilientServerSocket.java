package io.acceptor;

import io.acceptor.engine.Checks;
import io.acceptor.engine.Settings;
import io.acceptor.metrics.AcceptorMetrics;
import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ServerSocket} for loops that exist already: {@code new ResilientServerSocket(port)} in place of
 * {@code new ServerSocket(port)}.
 *
 * <p>A thread of its own (a daemon) accepts from the kernel and keeps probes away: {@link #accept()} gives a connection when
 * the client has spoken, or after a few milliseconds in which a probe would have left. With {@link Builder#greeting} it also
 * says what the loop would have said first; take that write out of the loop then. A connection can still die between our last
 * look and the loop's own first write; "live" means alive when last looked at. Without a greeting, a client that half-closes at
 * once and never sends a byte passes for a probe; {@link Builder#handOffAtOnce()} keeps it.
 *
 * <p>When connections wait and nobody calls accept() for the stall threshold (10 s by default), health goes down, greetings
 * are withheld and newcomers refused until accept() is called again: a dead application must not look alive.
 *
 * <p>Keeps {@link ServerSocket}'s contract, with these differences: accepted sockets are closed when a thread that reads
 * from them or writes to them is interrupted, there is no option IP_TOS on the listening socket, and a subclass cannot use
 * {@code implAccept}. Closing it leaves the accepted sockets open, as ServerSocket does; those that nobody has
 * accepted yet are cut. Thread-safe.
 */
public class ResilientServerSocket extends ServerSocket {
    private final ListeningImpl listening;

    /**
     * Unbound, with the default settings.
     *
     * @throws IOException if no socket can be opened
     */
    public ResilientServerSocket() throws IOException {
        this(builder());
    }

    /**
     * Bound to a port on all addresses.
     *
     * @param port 0 for any free one
     * @throws IOException if it cannot be bound
     * @throws IllegalArgumentException if the port is not 0 to 65535
     */
    public ResilientServerSocket(int port) throws IOException {
        this(port, 0, null);
    }

    /**
     * Bound to a port on all addresses.
     *
     * @param port 0 for any free one
     * @param backlog asked for the kernel's accept queue; the library's default if not positive
     * @throws IOException if it cannot be bound
     * @throws IllegalArgumentException if the port is not 0 to 65535
     */
    public ResilientServerSocket(int port, int backlog) throws IOException {
        this(port, backlog, null);
    }

    /**
     * Bound to a port on one address.
     *
     * @param port 0 for any free one
     * @param backlog asked for the kernel's accept queue; the library's default if not positive
     * @param bindAddr null for all addresses
     * @throws IOException if it cannot be bound
     * @throws IllegalArgumentException if the port is not 0 to 65535
     */
    @SuppressWarnings("this-escape") // bind is overridable, as in ServerSocket
    public ResilientServerSocket(int port, int backlog, @Nullable InetAddress bindAddr) throws IOException {
        this(builder());
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
        try {
            bind(new InetSocketAddress(bindAddr, port), backlog);
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Unbound, with settings of its own; for subclasses, which then call {@link #bind(SocketAddress)}.
     *
     * @param builder its settings, as they are when it is bound
     * @throws IOException if no socket can be opened
     */
    protected ResilientServerSocket(Builder builder) throws IOException {
        this(new ListeningImpl(builder));
    }

    private ResilientServerSocket(ListeningImpl listening) {
        super(listening);
        this.listening = listening;
    }

    /**
     * Begins a socket with settings of its own.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void bind(SocketAddress endpoint) throws IOException {
        bind(endpoint, 0);
    }

    @Override
    public void bind(SocketAddress endpoint, int backlog) throws IOException {
        super.bind(endpoint, backlog < 1 ? listening.defaultBacklog() : backlog);
    }

    @Override
    public Socket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        try {
            return listening.acceptReady();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt"); // what a plain one says on a virtual thread
        }
    }

    /**
     * The books at this moment.
     *
     * @return a snapshot; also after close
     * @throws IllegalStateException while unbound
     */
    public AcceptorStats stats() {
        return listening.context().stats();
    }

    /**
     * Whether connections are accepted, and taken by the application.
     *
     * @return the health at this moment
     * @throws IllegalStateException while unbound
     */
    public AcceptorHealth health() {
        return listening.context().health();
    }

    /**
     * The kernel's accept queue.
     *
     * @return the same view at every call
     * @throws IllegalStateException while unbound
     */
    public AcceptQueue queue() {
        return listening.context().queue();
    }

    /**
     * Micrometer's meters of this socket. They go when it and its connections are closed.
     *
     * @return the same binder at every call
     * @throws IllegalStateException while unbound
     */
    public AcceptorMetrics metrics() {
        return listening.context().metrics();
    }

    /** Settings of a {@link ResilientServerSocket}; everything has a default. */
    public static final class Builder extends AcceptorBuilder<Builder> {
        private int queueSize = 1024;

        private Builder() {}

        /**
         * How many connections may wait, ready, for accept(); more are refused with reason {@link RejectReason#WORKERS}.
         * Default: 1,024. The kernel's queue before it is {@link #backlog}.
         *
         * @param max at least 1
         * @return this
         * @throws IllegalArgumentException if less
         */
        public Builder queueSize(int max) {
            queueSize = Checks.atLeast(1, max, "queueSize");
            return this;
        }

        /**
         * Binds to a port on all addresses.
         *
         * @param port 0 for any free one
         * @return the listening socket
         * @throws IOException if it cannot be bound; the message names it
         * @throws IllegalArgumentException if the port is not 0 to 65535
         */
        public ResilientServerSocket bind(int port) throws IOException {
            return bind(new InetSocketAddress(port));
        }

        /**
         * Binds to one address.
         *
         * @param address port 0 for any free one
         * @return the listening socket
         * @throws IOException if it cannot be bound; the message names it
         */
        public ResilientServerSocket bind(InetSocketAddress address) throws IOException {
            ResilientServerSocket socket = unbound();
            try {
                socket.bind((SocketAddress) address);
                return socket;
            } catch (IOException | RuntimeException | Error e) {
                socket.close();
                throw e;
            }
        }

        /**
         * Opens without binding, for options that must be set before.
         *
         * @return an unbound socket
         * @throws IOException if no socket can be opened
         */
        public ResilientServerSocket unbound() throws IOException {
            return new ResilientServerSocket(this);
        }

        int queueSize() {
            return queueSize;
        }

        int effectiveBacklog() {
            return draft().effectiveBacklog();
        }

        Settings freeze(String defaultName) {
            return draft().freeze(defaultName, ListeningImpl.STALL_THRESHOLD);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
