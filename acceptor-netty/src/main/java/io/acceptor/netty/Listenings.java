package io.acceptor.netty;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Settings;
import io.acceptor.queue.AcceptQueue;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ServerSocketChannelConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that one guard or one acceptor listens on, each with books of its own. They share the limits, but for the one
 * per source. Thread-safe.
 */
final class Listenings {
    private final Settings settings;
    private final EndOfPipeline end;
    private final ProxyProtocol proxy;
    private final int backlog;
    private final int perAddress;
    private final Map<Listening, InetSocketAddress> open = new LinkedHashMap<>(); // guarded by this
    private final List<MeterRegistry> registries = new ArrayList<>(); // guarded by this
    private AcceptorStats past = Totals.NOTHING; // of those that are over; guarded by this
    private int opened; // guarded by this
    private @Nullable CompletionStage<DrainReport> drain; // guarded by this
    private @Nullable Runnable whenOver; // guarded by this

    /**
     * For addresses to be bound later.
     *
     * @param settings of each; with an empty name, each is named after its address
     * @param proxy what clients must send first
     * @param closesOnFailure whether an exception that nobody deals with ends its connection
     * @param backlog to set before binding; 0 leaves it as it is
     * @param perAddress how many server channels share an address
     */
    Listenings(Settings settings, ProxyProtocol proxy, boolean closesOnFailure, int backlog, int perAddress) {
        if (!proxy.isOff()) {
            ProxyHeader.requireCodec();
        }
        this.settings = settings;
        this.end = new EndOfPipeline(closesOnFailure);
        this.proxy = proxy;
        this.backlog = backlog;
        this.perAddress = perAddress;
        NettyConnection.load();
    }

    /** Sets what has to be set before a server channel is bound. On its loop. */
    void prepare(Channel server) {
        if (backlog > 0) {
            server.config().setOption(ChannelOption.SO_BACKLOG, backlog);
        }
    }

    /**
     * A server channel has been bound. To be called on its loop.
     *
     * @param handler of ours in its pipeline
     */
    synchronized Accepting open(ChannelHandlerContext handler) {
        Channel server = handler.channel();
        ListeningSocket socket = ListeningSocket.of(server);
        DeferredAccept.refuseWithGreeting(server, settings);
        InetSocketAddress local = (InetSocketAddress) server.localAddress();
        Batches batches = Batches.of(server, socket.isRing(), settings);
        Listening listening = openedAgain(local);
        if (listening == null) {
            listening = begin(server, local);
        }
        try {
            Accepting accepting = new Accepting(listening, handler, socket, batches);
            listening.add(accepting);
            return accepting;
        } catch (RuntimeException | Error e) {
            idle(listening);
            throw e;
        }
    }

    private @Nullable Listening openedAgain(InetSocketAddress local) {
        for (Map.Entry<Listening, InetSocketAddress> each : open.entrySet()) {
            if (each.getValue().equals(local) && each.getKey().canBeOpenedAgain()) {
                return each.getKey();
            }
        }
        return null;
    }

    private Listening begin(Channel server, InetSocketAddress local) {
        ChildOptions options = ChildOptions.of(server, settings.options());
        int backlog = server.config() instanceof ServerSocketChannelConfig config ? config.getBacklog() : 0;
        OwnReadings own = new OwnReadings();
        AcceptQueue queue = AcceptQueue.of(local, backlog, perAddress, own);
        AcceptorContext context = new AcceptorContext(settings.named(nameFor(local)), backlog, queue);
        registries.forEach(context.metrics()::bindTo);
        Listening begun = new Listening(context, own, new ChildSetup(options, end, proxy), this::idle);
        try {
            open.put(begun, local);
        } catch (Throwable t) {
            begun.cut(); // nobody else could
            throw t;
        }
        opened++;
        drain = null; // if all were drained before, the next drain is another
        return begun;
    }

    /** One that no other has: what still ends under the same address keeps its own. */
    private String nameFor(InetSocketAddress local) {
        String name = settings.name();
        if (name.isEmpty()) {
            name = Addresses.text(local);
        }
        List<String> taken = open.keySet().stream()
                .map(each -> each.context().settings().name())
                .toList();
        String free = settings.name().isEmpty() || opened == 0 ? name : name + "-" + (opened + 1);
        for (int i = 2; taken.contains(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    /** An address has no server channel and no connection any more: unless it was opened again just now, it is over. */
    private synchronized void idle(Listening listening) {
        if (listening.stopIfIdle()) {
            open.remove(listening);
            past = Totals.sum(past, listening.context().stats());
            runIfOver();
        }
    }

    /** Has something run, once, when nothing is open any more: now, if that is so. */
    synchronized void whenOver(Runnable task) {
        whenOver = task;
        runIfOver();
    }

    private void runIfOver() {
        Runnable task = whenOver;
        if (open.isEmpty() && task != null) {
            whenOver = null;
            task.run();
        }
    }

    private synchronized List<Listening> all() {
        return List.copyOf(open.keySet());
    }

    synchronized AcceptorStats stats() {
        AcceptorStats sum = past;
        for (Listening each : open.keySet()) {
            sum = Totals.sum(sum, each.context().stats());
        }
        return sum;
    }

    AcceptorHealth health() {
        List<AcceptorHealth> each =
                all().stream().map(one -> one.context().health()).toList();
        return Totals.health(each);
    }

    /** One of the event loops has outlived an Error. */
    void loopFailed(Throwable failure) {
        all().forEach(each -> each.context().events().failure("event loop", failure));
    }

    /** Whether accepting is switched off for now at one of the addresses. */
    boolean isPaused() {
        return all().stream().anyMatch(Listening::isPaused);
    }

    List<AcceptQueue> queues() {
        return all().stream().map(each -> each.context().queue()).toList();
    }

    /** Registers the meters of all addresses, of those that are bound later too. */
    synchronized void bindTo(MeterRegistry registry) {
        open.keySet().forEach(each -> each.context().metrics().bindTo(registry));
        if (!registries.contains(registry)) {
            registries.add(registry);
        }
    }

    /** Begins a drain of all addresses, once; later calls give the same stage. */
    synchronized CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
        if (drain == null) {
            drain = drainAll(lameDuck, grace);
        }
        return drain;
    }

    private CompletionStage<DrainReport> drainAll(Duration lameDuck, Duration grace) {
        List<CompletableFuture<DrainReport>> drains = all().stream()
                .map(each -> each.drain().start(lameDuck, grace).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(drains.toArray(new CompletableFuture<?>[0]))
                .thenApply(none -> Totals.drained(
                        drains.stream().map(CompletableFuture::join).toList()))
                .minimalCompletionStage();
    }

    void close() {
        List<Listening> closed = all();
        closed.forEach(Listening::cut);
        long deadline = System.nanoTime() + Listening.LOOP_ANSWER_NANOS;
        closed.forEach(each -> each.awaitOver(deadline));
    }
}
