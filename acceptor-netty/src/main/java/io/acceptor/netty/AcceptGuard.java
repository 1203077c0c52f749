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
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ServerChannel;
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
 * <p>It is one handler, first in the pipeline of a server channel; {@link #handler()} and {@link #channelFactory} put it in where the
 * bootstrap is hidden. Connections that are dead on arrival are closed before they have an event loop; the greeting goes out straight
 * from the accept path; the rest of the server stays as it is. Child handlers are added when the channel is registered, as ever; they
 * are shown nothing, registered and active included, until the client has spoken or a probe would have left ({@link Builder}). Boss
 * handlers see the connections that are not dropped or refused. Failures to accept reach them with AUTO_READ off, so that Netty's own
 * acceptor does not pause for a second whatever the reason.
 *
 * <p>A user's {@code close()} lets the last words arrive: the output is shut down, the input discarded until the client is done
 * (at most 1 s and 64 KiB), and only then is the channel closed and the future complete; not so with SO_LINGER set, nor if something is
 * still to be sent, which is given up. An exception that reaches the end of the pipeline is passed on as ever and makes the outcome
 * {@link io.acceptor.Outcome#HANDLER_FAILED}.
 *
 * <p>Each address that the bootstrap is bound to has books, meters and a queue reading of its own; the limits are shared, but
 * for the one per source. Thread-safe.
 */
public final class AcceptGuard implements AutoCloseable {
    /** Event loops run user code, and that may not block. */
    private static final Duration STALL_THRESHOLD = Duration.ofSeconds(1);

    private final Listenings listenings;
    private final ChannelHandler handler;

    private AcceptGuard(Listenings listenings) {
        this.listenings = listenings;
        this.handler = new GuardInstaller(listenings);
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
     * The guard as a handler of server channels, for {@link ServerBootstrap#handler} and whatever takes such a one. Wherever it is
     * added, the guard stands first in the pipeline. Channels that are not TCP on NIO, epoll or io_uring it leaves alone, and those
     * that another guard has.
     *
     * @return sharable: the same for every bind
     */
    public ChannelHandler handler() {
        return handler;
    }

    /**
     * Has a factory of server channels make guarded ones, for servers that hide their bootstrap and take a factory.
     *
     * @param factory of the channels
     * @param <C> their type
     * @return one whose channels are guarded
     */
    public <C extends ServerChannel> ChannelFactory<C> channelFactory(ChannelFactory<? extends C> factory) {
        return () -> {
            C server = factory.newChannel();
            server.pipeline().addLast(handler);
            return server;
        };
    }

    /**
     * The greeting that was sent on a channel, so that a child handler knows its scramble. Works for connections of a
     * {@link NettyAcceptor} too.
     *
     * @param channel a child channel, in the hands of its handlers; or one that has such a parent, as HTTP/2's streams have
     * @return a read-only view with a position of its own; empty without a greeting, or if the channel is not guarded
     */
    public static ByteBuffer greeting(Channel channel) {
        NettyConnection connection = ChildHead.connectionOf(channel);
        return connection == null ? NettyConnection.NOTHING : connection.greeting.asReadOnlyBuffer();
    }

    /**
     * The number that log lines and events name. Works for connections of a {@link NettyAcceptor} too.
     *
     * @param channel a child channel, in the hands of its handlers; or one that has such a parent, as HTTP/2's streams have
     * @return counts up from 1 for each address; 0 if the channel is not guarded
     */
    public static long connectionId(Channel channel) {
        NettyConnection connection = ChildHead.connectionOf(channel);
        return connection == null ? 0 : connection.ticket.id();
    }

    /**
     * Whose connection it is: the client that a balancer has named by the PROXY protocol, where that is spoken, else the two
     * ends that the kernel knows. Works for connections of a {@link NettyAcceptor} too.
     *
     * @param channel a child channel, in the hands of its handlers; or one that has such a parent, as HTTP/2's streams have
     * @return the two ends; empty if the channel is not guarded
     */
    public static Optional<Peer> peer(Channel channel) {
        NettyConnection connection = ChildHead.connectionOf(channel);
        return connection == null ? Optional.empty() : Optional.of(connection.ticket.peer());
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
         * @param protocol with whom it is spoken
         * @return this
         */
        public Builder proxyProtocol(ProxyProtocol protocol) {
            proxy = Objects.requireNonNull(protocol, "proxyProtocol");
            return this;
        }

        /**
         * Makes a guard, to be put in by {@link AcceptGuard#handler()} or {@link AcceptGuard#channelFactory}.
         *
         * @return the guard
         * @throws IllegalStateException if {@code netty-codec-haproxy} is missing and the PROXY protocol is not off
         */
        public AcceptGuard build() {
            Settings settings = draft().freeze("", STALL_THRESHOLD);
            return new AcceptGuard(new Listenings(settings, proxy, false, draft().backlogOr(0), 1));
        }

        /**
         * Guards what this bootstrap binds from now on: its handler is the guard's from now on, with what was set before behind it.
         *
         * @param bootstrap complete or not: all but {@code handler(…)} may be set later. A later {@code handler(…)} takes the guard
         *     out again
         * @return the guard
         * @throws IllegalStateException if the bootstrap is guarded already, or {@code netty-codec-haproxy} is missing and the PROXY
         *     protocol is not off
         */
        public AcceptGuard install(ServerBootstrap bootstrap) {
            ChannelHandler users = bootstrap.config().handler();
            if (users instanceof GuardInstaller || users instanceof GuardedHandler) {
                throw new IllegalStateException("the bootstrap is guarded already");
            }
            AcceptGuard guard = build();
            bootstrap.handler(users == null ? guard.handler() : new GuardedHandler(guard.handler(), users));
            return guard;
        }

        @Override
        protected Builder self() {
            return this;
        }
    }

    /** The guard's handler, then the user's. */
    @Sharable
    private static final class GuardedHandler extends ChannelInitializer<Channel> {
        private final ChannelHandler guard;
        private final ChannelHandler users;

        GuardedHandler(ChannelHandler guard, ChannelHandler users) {
            this.guard = guard;
            this.users = users;
        }

        @Override
        protected void initChannel(Channel server) {
            server.pipeline().addLast(guard, users);
        }
    }
}
