package io.acceptor.netty;

import io.acceptor.AcceptorBuilder;
import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.Peer;
import io.acceptor.engine.Settings;
import io.acceptor.queue.AcceptQueue;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Acceptor's promises for a Netty {@link ServerBootstrap} that is there already.
 *
 * <pre>{@code
 * ServerBootstrap bootstrap = ...; // as it is
 * AcceptGuard guard = AcceptGuard.builder()
 *         .greeting(Greeting.of("220 ready\r\n", StandardCharsets.US_ASCII))
 *         .install(bootstrap);
 * bootstrap.bind(2525).sync();
 * }</pre>
 *
 * <p>Connections that are dead on arrival are closed before they have an event loop; the greeting goes out straight from the
 * accept path; the rest of the server stays as it is. The child handler gets a connection when its client has spoken, or when
 * a probe would have left ({@link Builder}): it is added, registered and active then. The boss handler sees every
 * connection first, as before. Failures to accept reach the boss handler too, but not Netty's own acceptor, which would
 * pause for a second whatever the reason.
 *
 * <p>A user's {@code close()} lets the last words arrive: the output is shut down, the input discarded until the client is done
 * (at most 1 s and 64 KiB), and only then is the channel closed and the future complete; not so with SO_LINGER set, nor if an
 * outbound handler was put first in the pipeline, which gets the close then. An exception that reaches the end of the pipeline
 * is passed on as ever and makes the outcome {@link io.acceptor.Outcome#HANDLER_FAILED}.
 *
 * <p>Each address that the bootstrap is bound to has books, meters and a queue reading of its own; the limits are shared, but
 * for the one per source. Thread-safe.
 */
public final class AcceptGuard implements AutoCloseable {
    /** Event loops run user code, and that may not block. */
    private static final Duration STALL_THRESHOLD = Duration.ofSeconds(1);

    private final Listenings listenings;

    private AcceptGuard(Listenings listenings) {
        this.listenings = listenings;
    }

    /**
     * Begins a guard.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Guards a bootstrap with the defaults: no greeting, no limits.
     *
     * @param bootstrap as for {@link Builder#install}
     * @return the guard
     */
    public static AcceptGuard install(ServerBootstrap bootstrap) {
        return builder().install(bootstrap);
    }

    /**
     * The greeting that was sent on a channel, so that a child handler knows its scramble. Works for connections of a
     * {@link NettyAcceptor} too.
     *
     * @param channel a child channel, in the hands of its handlers
     * @return a read-only view with a position of its own; empty without a greeting, or if the channel is not guarded
     */
    public static ByteBuffer greeting(Channel channel) {
        HeadHandler head = channel.pipeline().get(HeadHandler.class);
        return head == null ? NettyConnection.NOTHING : head.connection.greeting.asReadOnlyBuffer();
    }

    /**
     * The number that log lines and events name. Works for connections of a {@link NettyAcceptor} too.
     *
     * @param channel a child channel, in the hands of its handlers
     * @return counts up from 1 for each address; 0 if the channel is not guarded
     */
    public static long connectionId(Channel channel) {
        HeadHandler head = channel.pipeline().get(HeadHandler.class);
        return head == null ? 0 : head.connection.ticket.id();
    }

    /**
     * Whose connection it is: the client that a balancer has named by the PROXY protocol, where that is spoken, else the two
     * ends that the kernel knows. Works for connections of a {@link NettyAcceptor} too.
     *
     * @param channel a child channel, in the hands of its handlers
     * @return the two ends; empty if the channel is not guarded
     */
    public static Optional<Peer> peer(Channel channel) {
        HeadHandler head = channel.pipeline().get(HeadHandler.class);
        return head == null ? Optional.empty() : Optional.of(head.connection.ticket.peer());
    }

    /**
     * The books of all addresses at this moment.
     *
     * @return a snapshot; also after close
     */
    public AcceptorStats stats() {
        return listenings.stats();
    }

    /**
     * Whether it does its work.
     *
     * @return live and ready if each bound address is; neither if none is bound
     */
    public AcceptorHealth health() {
        return listenings.health();
    }

    /**
     * The kernel's accept queues.
     *
     * @return one for each bound address, in the order of binding
     */
    public List<AcceptQueue> queues() {
        return listenings.queues();
    }

    /**
     * Micrometer's meters, one set with its own tag {@code listener} for each address, those bound later included:
     * {@code guard.metrics().bindTo(registry)}. They go when the address is closed.
     *
     * @return the binder
     */
    public MeterBinder metrics() {
        return listenings::bindTo;
    }

    /**
     * Ends in a way that clients hardly notice: not ready any more at once, serving on for the lame-duck time, then a last
     * accept until the queue is empty, the server channels closed, open connections given the grace to end, the rest cut.
     * The event loops are the user's and go on.
     *
     * @param lameDuck how long to go on accepting; zero or more
     * @param grace how long open connections may take after that; zero or more
     * @return completed away from the event loops when all is over
     * @throws IllegalArgumentException if a duration is negative
     */
    public CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
        return listenings.drain(lameDuck, grace);
    }

    /** For tests: whether accepting is switched off for now. */
    boolean isPaused() {
        return listenings.isPaused();
    }

    /**
     * Closes the server channels and cuts every open connection. Idempotent and callable from anywhere. Waits for that, at most
     * 2 s for each address if user code holds an event loop up; not when called on one of them. An interrupt is kept for later. The event loops go
     * on.
     */
    @Override
    public void close() {
        listenings.close();
    }

    /**
     * Settings of an {@link AcceptGuard}; everything has a default. What needs a worker elsewhere is about the child handler
     * here: {@code awaitFirstByte}, {@code settle} and {@code handOffAtOnce} say when it gets a connection, the
     * {@code circuitBreaker} learns from exceptions that reach the end of the pipeline. The backlog and the socket options stay
     * the bootstrap's, unless they are set here as well.
     */
    public static final class Builder extends AcceptorBuilder<Builder> {
        private ProxyProtocol proxy = ProxyProtocol.off();

        private Builder() {
            super(Settings.Draft.withoutOptions());
        }

        /**
         * Whether clients come through a balancer that says whose connection it passes on. Default:
         * {@link ProxyProtocol#off()}.
         *
         * @param protocol from whom it is required
         * @return this
         */
        public Builder proxyProtocol(ProxyProtocol protocol) {
            proxy = Objects.requireNonNull(protocol, "proxyProtocol");
            return this;
        }

        /**
         * Guards what this bootstrap binds from now on.
         *
         * @param bootstrap with its child handler set; its handler and child handler are wrapped and must not be set again
         * @return the guard
         * @throws IllegalStateException if there is no child handler, the bootstrap is guarded already, or {@code
         *     netty-codec-haproxy} is missing where the PROXY protocol is required
         */
        public AcceptGuard install(ServerBootstrap bootstrap) {
            ChannelHandler child = bootstrap.config().childHandler();
            if (child == null) {
                throw new IllegalStateException("childHandler(…) must be set before the guard is installed");
            }
            if (GuardedBootstrap.isGuarded(bootstrap)) {
                throw new IllegalStateException("the bootstrap is guarded already");
            }
            Settings settings = draft().freeze("", STALL_THRESHOLD);
            Listenings listenings = new Listenings(settings, child, proxy, false, 1);
            int backlog = draft().backlogOr(0);
            if (backlog > 0) {
                bootstrap.option(ChannelOption.SO_BACKLOG, backlog);
            }
            GuardedBootstrap.guard(bootstrap, listenings);
            return new AcceptGuard(listenings);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
