package io.acceptor.netty;

import io.acceptor.AcceptorBuilder;
import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.engine.Checks;
import io.acceptor.engine.Settings;
import io.acceptor.queue.AcceptQueue;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A running TCP server on Netty that accepts, greets and hands over without ever waiting for a client.
 *
 * <pre>{@code
 * try (NettyAcceptor acceptor = NettyAcceptor.builder()
 *         .greeting(Greeting.of("220 ready\r\n", StandardCharsets.US_ASCII))
 *         .childHandler(new SmtpInitializer())
 *         .start(2525)) {
 *     Thread.currentThread().join();
 * }
 * }</pre>
 *
 * <p>Each event loop accepts on a listener of its own and serves what it has accepted; {@code acceptors(n)} makes it n. The
 * child handler gets a connection when its client's turn has come, as a handler of {@link io.acceptor.Acceptor} would: it is
 * added, registered and active then. An exception that reaches the end of the pipeline ends the connection as
 * {@link io.acceptor.Outcome#HANDLER_FAILED}. A {@code close()} by the child handler lets the last words arrive, as with
 * {@link AcceptGuard}.
 *
 * <p>The loops keep the JVM alive until {@link #close()}. Thread-safe.
 */
public final class NettyAcceptor implements AutoCloseable {
    /** Event loops run user code, and that may not block. */
    private static final Duration STALL_THRESHOLD = Duration.ofSeconds(1);

    private final Listenings listenings;
    private final EventLoops loops;
    private final List<InetSocketAddress> localAddresses;

    private NettyAcceptor(Listenings listenings, EventLoops loops, List<InetSocketAddress> localAddresses) {
        this.listenings = listenings;
        this.loops = loops;
        this.localAddresses = List.copyOf(localAddresses);
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
     * @return the addresses in the order they were given, with the real ports; also after close
     */
    public List<InetSocketAddress> localAddresses() {
        return localAddresses;
    }

    /**
     * The first address that it listens on.
     *
     * @return with the real port if 0 was asked for; also after close
     */
    public InetSocketAddress localAddress() {
        return localAddresses.get(0);
    }

    /**
     * What it runs on.
     *
     * @return never AUTO
     */
    public NettyTransport transport() {
        return loops.transport();
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
     * @return live and ready if each address is
     */
    public AcceptorHealth health() {
        return listenings.health();
    }

    /**
     * The kernel's accept queues.
     *
     * @return one for each address, in their order; empty after close
     */
    public List<AcceptQueue> queues() {
        return listenings.queues();
    }

    /**
     * Micrometer's meters, one set with its own tag {@code listener} for each address:
     * {@code acceptor.metrics().bindTo(registry)}. They go when the acceptor closes.
     *
     * @return the binder
     */
    public MeterBinder metrics() {
        return listenings::bindTo;
    }

    /**
     * Ends in a way that clients hardly notice: not ready any more at once, serving on for the lame-duck time, then a last
     * accept until the queue is empty, the listeners closed, open connections given the grace to end, the rest cut, and closed.
     *
     * @param lameDuck how long to go on accepting; zero or more
     * @param grace how long open connections may take after that; zero or more
     * @return completed away from the event loops when all is over
     * @throws IllegalArgumentException if a duration is negative
     */
    public CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
        return listenings
                .drain(lameDuck, grace)
                .whenComplete((report, failure) -> listenings.whenOver(loops::shutDown));
    }

    /**
     * Closes the listeners and cuts every open connection. Idempotent and callable from anywhere, the event loops included.
     * Waits for the connections of each address and then for the loops to end, at most 2 s each if user code holds a loop up,
     * which is then interrupted; not when called on one of them. An interrupt is kept for later.
     */
    @Override
    public void close() {
        listenings.close();
        listenings.whenOver(loops::shutDown);
        loops.await();
    }

    /** For tests: whether accepting is switched off for now. */
    boolean isPaused() {
        return listenings.isPaused();
    }

    @Override
    public String toString() {
        return "NettyAcceptor[" + transport() + " on "
                + String.join(", ", localAddresses.stream().map(Addresses::text).toList()) + "]";
    }

    /** Settings of a {@link NettyAcceptor}; everything but the child handler has a default. */
    public static final class Builder extends AcceptorBuilder<Builder> {
        private final Map<ChannelOption<?>, Object> childOptions = new LinkedHashMap<>();
        private NettyTransport transport = NettyTransport.AUTO;
        private ProxyProtocol proxy = ProxyProtocol.off();
        private int acceptors = 1;
        private boolean sharePort;
        private int deferSeconds;
        private @Nullable ChannelHandler child;

        private Builder() {}

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
         * Has the kernel keep a connection to itself until its client has sent something (TCP_DEFER_ACCEPT), so that bare
         * probes are never accepted. Only for servers whose clients speak first, on native transports. Default: off.
         *
         * @param atMost how long, rounded up to seconds; the kernel then hands the connection over all the same, later by up to
         *     a retransmission
         * @return this
         * @throws IllegalArgumentException if it is not more than zero
         */
        public Builder deferAccept(Duration atMost) {
            deferSeconds = (int) Math.min(
                    Integer.MAX_VALUE,
                    Checks.positive(atMost, "deferAccept")
                            .plusNanos(999_999_999)
                            .toSeconds());
            return this;
        }

        /**
         * What is done with a client. Required.
         *
         * @param handler added to each connection's pipeline when its client's turn has come; a
         *     {@link io.netty.channel.ChannelInitializer} as a rule, else it must be sharable
         * @return this
         */
        public Builder childHandler(ChannelHandler handler) {
            child = Objects.requireNonNull(handler, "childHandler");
            return this;
        }

        /**
         * An option of Netty's for every connection that is not dropped or refused on arrival. Default: none. Of this and
         * {@code option(…)} for the same option, the one that was set last counts.
         *
         * @param option the option
         * @param value its value
         * @param <T> the value's type
         * @return this
         */
        public <T> Builder childOption(ChannelOption<T> option, T value) {
            childOptions.put(Objects.requireNonNull(option, "option"), Objects.requireNonNull(value, "value"));
            draft().withoutOption(option.name());
            return this;
        }

        /**
         * What it runs on. Default: {@link NettyTransport#AUTO}.
         *
         * @param chosen the transport; {@code start} fails if it is not available
         * @return this
         */
        public Builder transport(NettyTransport chosen) {
            transport = Objects.requireNonNull(chosen, "transport");
            return this;
        }

        /**
         * How many event loops accept and serve, each on a listener of its own on the same port (SO_REUSEPORT). The kernel
         * spreads connections over them, so a loop that is held up darkens its share. Another process of the same user can
         * join the port later. With a refusal {@link io.acceptor.Refusal#leaveInBacklog()} one of them accepts for all, since
         * only one can keep to a limit then. Default: 1; as many as there are processors for servers that keep them busy.
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
         * <p>Begin the successor, wait until it is ready, then {@link NettyAcceptor#drain} the one before it. The kernel
         * resets clients whose handshake ends between the last accept and the close; with {@code net.ipv4.tcp_migrate_req} set to 1
         * (Linux 5.14 and later) hardly any of them. On io_uring a drain under load refuses some of those who come last.
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
         * @throws IllegalArgumentException if the port is not 0 to 65535, or the transport does not have an {@code option}
         * @throws IllegalStateException if Netty is older than 4.2, there is no child handler, the transport is not available,
         *     {@code deferAccept} does not go with it or with a greeting, or {@code netty-codec-haproxy} is missing and the PROXY
         *     protocol is not off
         */
        public NettyAcceptor start(int port) throws IOException {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
            }
            return start(new InetSocketAddress(port));
        }

        /**
         * Starts on one or more addresses.
         *
         * @param addresses resolved; port 0 for any free one
         * @return the running acceptor
         * @throws IOException if one cannot be bound, the message names it; none is bound then
         * @throws IllegalArgumentException if there is none, or the transport does not have an {@code option}
         * @throws IllegalStateException if Netty is older than 4.2, there is no child handler, the transport is not available,
         *     {@code deferAccept} does not go with it or with a greeting, or {@code netty-codec-haproxy} is missing and the PROXY
         *     protocol is not off
         */
        public NettyAcceptor start(InetSocketAddress... addresses) throws IOException {
            EventLoops.requireNetty42();
            if (child == null) {
                throw new IllegalStateException(
                        "childHandler(…) is missing: a NettyAcceptor needs something to do with clients");
            }
            Checks.atLeast(1, addresses.length, "the number of addresses");
            Settings settings = draft().freeze("", STALL_THRESHOLD);
            int accepting = draft().accepting(acceptors);
            Listenings listenings = new Listenings(settings, proxy, true, 0, accepting);
            NettyTransport resolved = transport.resolve();
            Map<ChannelOption<?>, Object> options = options(resolved);
            EventLoops loops = new EventLoops(resolved, acceptors, accepting, settings.name(), listenings::loopFailed);
            try {
                List<InetSocketAddress> bound = new Binding(
                                loops, new GuardInstaller(listenings), child, options, childOptions)
                        .bind(addresses);
                loops.start(settings.name().isEmpty() ? Addresses.text(bound.get(0)) : settings.name());
                return new NettyAcceptor(listenings, loops, bound);
            } catch (IOException | RuntimeException | Error e) {
                try {
                    listenings.close();
                } finally {
                    listenings.whenOver(loops::shutDown);
                }
                throw e;
            }
        }

        private Map<ChannelOption<?>, Object> options(NettyTransport resolved) {
            Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
            options.put(ChannelOption.SO_BACKLOG, draft().effectiveBacklog());
            if (deferSeconds > 0) {
                options.put(resolved.deferAccept(), deferSeconds);
            }
            if (sharePort) {
                options.put(resolved.reusePort(), true);
            }
            return options;
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
