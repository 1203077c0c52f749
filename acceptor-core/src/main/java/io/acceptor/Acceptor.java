package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Checks;
import io.acceptor.engine.Settings;
import io.acceptor.metrics.AcceptorMetrics;
import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A running TCP server that accepts, greets and hands over without ever waiting for a client.
 *
 * <pre>{@code
 * try (Acceptor acceptor = Acceptor.builder()
 *         .greeting(Greeting.of("220 ready\r\n", StandardCharsets.US_ASCII))
 *         .handler(connection -> connection.input().transferTo(connection.output()))
 *         .start(2525)) {
 *     Thread.currentThread().join();
 * }
 * }</pre>
 *
 * <p>One thread accepts, or {@linkplain Builder#acceptors n}; it keeps the JVM alive until {@link #close()}. Handlers run on
 * workers. Thread-safe.
 */
public final class Acceptor implements AutoCloseable {
    /** Loops run little user code, and that may not block. */
    private static final Duration STALL_THRESHOLD = Duration.ofSeconds(1);

    private final NioServer server;
    private final Workers workers;
    private final InetSocketAddress localAddress;

    private Acceptor(NioServer server, Workers workers, InetSocketAddress localAddress) {
        this.server = server;
        this.workers = workers;
        this.localAddress = localAddress;
    }

    /**
     * Begins a server.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where it listens.
     *
     * @return the address, with the real port if 0 was asked for; also after close
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * The name in log lines and in the {@code listener} tag of meters.
     *
     * @return the name
     */
    public String name() {
        return server.context().name();
    }

    /**
     * The books at this moment.
     *
     * @return a snapshot; also after close
     */
    public AcceptorStats stats() {
        return server.context().stats();
    }

    /**
     * Whether it does its work.
     *
     * <p>Looks into the accept queue, on the calling thread: see {@link AcceptQueue#glance()} for what that costs.
     *
     * @return the health at this moment
     */
    public AcceptorHealth health() {
        return server.context().health();
    }

    /**
     * The kernel's accept queue of this server.
     *
     * @return the same view at every call
     */
    public AcceptQueue queue() {
        return server.context().queue();
    }

    /**
     * Micrometer's meters of this server: {@code acceptor.metrics().bindTo(registry)}. They go when the acceptor closes.
     *
     * @return the same binder at every call
     */
    public AcceptorMetrics metrics() {
        return server.context().metrics();
    }

    /**
     * Ends in a way that clients hardly notice: not ready any more at once, serving on for the lame-duck time (so that
     * balancers can look away), then a last accept until the queue is empty, the listener closed, open connections given
     * the grace to end, the rest cut, and closed.
     *
     * @param lameDuck how long to go on accepting; zero or more
     * @param grace how long open connections may take after that; zero or more
     * @return completed on a thread of its own when all is over; the same drain if one has begun before
     * @throws IllegalArgumentException if a duration is negative
     */
    public CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
        return server.drain().start(lameDuck, grace).whenComplete((report, failure) -> workers.close());
    }

    /**
     * Closes the listener and cuts every open connection. Idempotent and callable from anywhere, a handler and the loop's
     * own callbacks included. Waits for the loop to end, at most 2 s if user code holds it up; an interrupt is kept for later. The
     * port is free then.
     * Handlers on the default executor are interrupted; a user's executor is left alone.
     */
    @Override
    public void close() {
        server.close();
        workers.close();
    }

    @Override
    public String toString() {
        return "Acceptor[" + name() + " on " + Listeners.text(localAddress) + "]";
    }

    /** Settings of an {@link Acceptor}; everything but the handler has a default. */
    public static final class Builder extends AcceptorBuilder<Builder> {
        /** What a slow client needs at most for a request's first words, and what a patient one waits for its answer. */
        private static final Duration FIRST_REQUEST_TIMEOUT = Duration.ofSeconds(10);

        private @Nullable ConnectionHandler handler;
        private @Nullable Executor executor;
        private Duration handoffTimeout = Duration.ofSeconds(10);
        private int maxPending = 1024;
        private int acceptors = 1;
        private boolean sharePort;

        private Builder() {
            draft().firstRequestTimeout(FIRST_REQUEST_TIMEOUT);
        }

        /**
         * What is done with a client. Required.
         *
         * @param handler runs on a worker for each connection
         * @return this
         */
        public Builder handler(ConnectionHandler handler) {
            this.handler = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Where handlers run. Default: a virtual thread each from JDK 24 on (before, they can pin), else a pool of at most
         * 200 daemon threads. Yours stays yours: it is not shut down. It must not run tasks on the calling thread. A task is
         * "serve the connection that waits next"; it holds no connection, and one that finds none returns at once.
         *
         * @param executor the executor
         * @return this
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * How long a connection may wait for a worker to take it until it is refused. Default: 10 s.
         *
         * @param timeout more than zero
         * @return this
         * @throws IllegalArgumentException if not
         */
        public Builder handoffTimeout(Duration timeout) {
            handoffTimeout = Checks.positive(timeout, "handoffTimeout");
            return this;
        }

        /**
         * How many connections may wait for a worker at once; more are refused. Default: 1,024.
         *
         * @param max at least 1
         * @return this
         * @throws IllegalArgumentException if less
         */
        public Builder maxPending(int max) {
            maxPending = Checks.atLeast(1, max, "maxPending");
            return this;
        }

        /**
         * How long a handler may wait for a client that it has not answered yet: from the moment when a worker takes the connection
         * to the handler's first write after the client's first byte, or to {@link Connection#established()}. The bytes that
         * arrive meanwhile do not renew it. It cuts only while somebody waits for a worker, and only in a read or write. Default:
         * 10 s.
         *
         * <p>What comes after the first answer it does not bound: see {@link #readTimeout} and {@link #conversationTimeout}.
         *
         * <p>When it is over, the read or write throws {@link java.net.SocketTimeoutException} and the connection closes, as
         * {@link Outcome#READ_TIMEOUT}, or {@link Outcome#SILENT_TIMEOUT} if the client had sent nothing; neither is a failure of
         * the handler. The same holds for the other two.
         *
         * @param timeout zero for no limit
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder firstRequestTimeout(Duration timeout) {
            draft().firstRequestTimeout(timeout);
            return this;
        }

        /**
         * How long each read of a handler may take. A positive {@link java.net.Socket#setSoTimeout} on the connection's socket
         * replaces it; what that ends stays open, as with any socket. A client that sends a byte now and then renews it for ever.
         * Default: no limit.
         *
         * @param timeout zero for no limit; rounded up to milliseconds
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder readTimeout(Duration timeout) {
            draft().readTimeout(timeout);
            return this;
        }

        /**
         * How long a connection may stay with its handler, whatever is sent and read meanwhile. Looked at now and then: it may be
         * exceeded by one percent, at least 25 ms and at most 1 s. Default: no limit.
         *
         * @param timeout zero for no limit
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder conversationTimeout(Duration timeout) {
            draft().conversationTimeout(timeout);
            return this;
        }

        /**
         * How many loops accept, each on a listener of its own on the same port (SO_REUSEPORT). The kernel spreads
         * connections over them, so a loop that is held up darkens its share. Another process of the same user can join the
         * port later. Default: 1, which is enough for most. It stays 1 with a refusal {@link Refusal#leaveInBacklog()}: only one
         * can keep to a limit then.
         *
         * @param count at least 1
         * @return this
         * @throws IllegalArgumentException if less
         */
        public Builder acceptors(int count) {
            acceptors = Checks.atLeast(1, count, "acceptors");
            return this;
        }

        /**
         * Lets other processes of the same user listen on the port too, and joins them if they do (SO_REUSEPORT): a restart without a
         * balancer. The kernel spreads new connections over all who listen. All of them have to share it, the first one too; whoever
         * listens with {@code acceptors(n)}, n more than one, does so. Default: off, and a port that somebody has is refused.
         *
         * <p>Begin the successor, wait until it is ready, then {@link Acceptor#drain} the one before it. The kernel
         * resets clients whose handshake ends between the last accept and the close, unless {@code net.ipv4.tcp_migrate_req} is 1
         * (Linux 5.14 and later), which gives them to the successor.
         *
         * @return this
         */
        public Builder sharePort() {
            sharePort = true;
            return this;
        }

        /**
         * Starts on all addresses of this machine, IPv4 and IPv6.
         *
         * @param port 0 for any free one
         * @return the running acceptor
         * @throws IOException if the port cannot be bound; the message names it
         * @throws IllegalArgumentException if the port is not 0 to 65535
         * @throws IllegalStateException if there is no handler
         */
        public Acceptor start(int port) throws IOException {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
            }
            return start(new InetSocketAddress(port));
        }

        /**
         * Starts on one address.
         *
         * @param address resolved; port 0 for any free one
         * @return the running acceptor
         * @throws IOException if it cannot be bound; the message names it
         * @throws IllegalStateException if there is no handler
         * @throws IllegalArgumentException if the port is to be shared and 0
         * @throws UnsupportedOperationException for several acceptors or a shared port where SO_REUSEPORT does not exist
         */
        public Acceptor start(InetSocketAddress address) throws IOException {
            requireHandler();
            int backlog = draft().effectiveBacklog();
            int count = draft().accepting(acceptors);
            return start(sharePort ? Listeners.join(address, backlog, count) : Listeners.bind(address, backlog, count));
        }

        /**
         * Starts on a channel that is already bound (inherited, or made with options of your own), which belongs to the
         * acceptor from then on. The queue's limit is what the kernel tells by {@code sock_diag}, and unknown without.
         *
         * @param bound open and bound to a TCP address
         * @return the running acceptor
         * @throws IOException if it is closed or not bound
         * @throws IllegalStateException if there is no handler, or several acceptors or a shared port are asked for
         */
        public Acceptor start(ServerSocketChannel bound) throws IOException {
            requireHandler();
            if (acceptors > 1) {
                throw new IllegalStateException(
                        "acceptors(" + acceptors + ") needs an address to bind; one channel serves one acceptor");
            }
            if (sharePort) {
                throw new IllegalStateException(
                        "sharePort() needs an address to bind; set SO_REUSEPORT on the channel before you bind it");
            }
            return start(Listeners.of(bound));
        }

        private ConnectionHandler requireHandler() {
            if (handler == null) {
                throw new IllegalStateException(
                        "handler(…) is missing: an Acceptor needs something to do with clients");
            }
            return handler;
        }

        private Acceptor start(Listeners listeners) throws IOException {
            Workers workers = null;
            try {
                Settings settings = draft().freeze(Listeners.text(listeners.local()), STALL_THRESHOLD);
                AcceptorContext context = new AcceptorContext(
                        settings,
                        listeners.local(),
                        listeners.backlog(),
                        listeners.channels().size());
                workers = new Workers(requireHandler(), executor, context, maxPending, Checks.nanos(handoffTimeout));
                context.workerShortage().watch(workers);
                // the object is there before the server starts: a running one must not lack its handle
                return new Acceptor(
                        NioServer.start(context, workers, listeners.channels(), false), workers, listeners.local());
            } catch (IOException | RuntimeException | Error e) {
                listeners.close();
                if (workers != null) {
                    workers.close();
                }
                throw e;
            }
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
