package io.acceptor.netty;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Drain;
import io.acceptor.engine.Heartbeat;
import io.acceptor.engine.UninterruptibleWait;
import io.acceptor.engine.WatchedLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One address that is listened on: its server channels, its connections and its books. Thread-safe. */
final class Listening implements Drain.Target {
    /** A loop answers within a turn, unless user code holds it up; close() and drain must end all the same. */
    static final long LOOP_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final AcceptorContext context;
    private final OwnReadings own;
    private final ChildSetup children;
    private final Consumer<Listening> whenIdle;
    private final Drain drain;
    private final List<Accepting> servers = new CopyOnWriteArrayList<>();
    private final Set<NettyConnection> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<EventLoop, WatchedLoop> loops = new ConcurrentHashMap<>();
    private final AtomicInteger lingering = new AtomicInteger();
    private final AtomicBoolean headerMissed = new AtomicBoolean();
    /** The loops of all server channels that there have been. */
    private final Set<EventLoop> accepting = ConcurrentHashMap.newKeySet();

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean cutting;
    private boolean stopped; // guarded by the lock of Listenings

    /**
     * For an address that is bound.
     *
     * @param own asked for its queue
     * @param children what its connections get
     * @param whenIdle run when there is no server channel and no connection any more; calls {@link #stopIfIdle}
     */
    Listening(AcceptorContext context, OwnReadings own, ChildSetup children, Consumer<Listening> whenIdle) {
        this.context = context;
        this.own = own;
        this.children = children;
        this.whenIdle = whenIdle;
        this.drain = new Drain(context, this);
        context.start();
    }

    AcceptorContext context() {
        return context;
    }

    ChildSetup children() {
        return children;
    }

    Drain drain() {
        return drain;
    }

    /**
     * A balancer has sent neither a header nor anything else. Told once: with a greeting each client is lost so, and says nothing of
     * it. Any thread.
     */
    void headerMissing(NettyConnection connection) {
        boolean waitsForGreeting = !context.settings().greeting().isNone();
        if (waitsForGreeting && headerMissed.compareAndSet(false, true)) {
            context.events()
                    .warn(
                            "no PROXY header came from "
                                    + connection
                                            .ticket
                                            .peer()
                                            .remoteAddress()
                                            .getAddress()
                                            .getHostAddress()
                                    + ", nor anything else: a balancer that sends it with the client's first bytes (AWS NLB, unless "
                                    + "proxy_protocol_v2.client_to_server.header_placement is on_first_ack) cannot stand before a greeting");
        }
    }

    /** How many connections linger. */
    AtomicInteger lingering() {
        return lingering;
    }

    /** Whether {@link #cut()} was called: nobody is received any more. */
    boolean isCutting() {
        return cutting;
    }

    /** For a loop that accepts: those of all loops that wait for their client's first byte. */
    SilentChannels silentChannels() {
        return new SilentChannels(open, context.settings().silentMakeRoom());
    }

    /** One loop has seen a limit that leaves connections in the backlog: the others need not take one first. */
    void limitReached() {
        servers.forEach(Accepting::lookAtLimits);
    }

    boolean isPaused() {
        return servers.stream().allMatch(Accepting::isPaused);
    }

    /**
     * The user may close a server channel and bind another while clients of the first are there. Not once it ends: then that is
     * another one, with books of its own.
     */
    boolean canBeOpenedAgain() {
        return !stopped && !cutting && !drain.hasBegun();
    }

    /** It is listened on, again perhaps. */
    void add(Accepting server) {
        accepting.add(server.loop()); // first: that it stands there alone does no harm
        servers.add(server);
        own.add(server.socket());
        if (!drain.hasBegun() && !cutting) {
            context.ready();
        }
        if (drain.hasBegun()) {
            context.notReady(); // it has begun just now
        }
    }

    /**
     * Has a loop watched from now on, if it is not already. To be called on it.
     *
     * @param accepts whether it accepts for this address
     */
    WatchedLoop watch(EventLoop loop, boolean accepts) {
        WatchedLoop known = loops.get(loop);
        if (known != null) {
            return known;
        }
        return loops.computeIfAbsent(loop, added -> {
            Heartbeat heartbeat = new Heartbeat(Thread.currentThread(), added, accepts);
            heartbeat.begin();
            context.watchLoop(heartbeat);
            return heartbeat;
        });
    }

    /** A connection is on its way to its event loop. */
    void opened(NettyConnection connection) {
        open.add(connection);
        if (cutting) {
            connection.cut();
        }
    }

    /** An end was counted: a descriptor, and perhaps a permit, came free. Any thread. */
    void ended(NettyConnection connection) {
        open.remove(connection);
        for (Accepting server : servers) {
            server.connectionEnded();
        }
        tellIfIdle();
    }

    /** A server channel was closed, by us or by the user. When it was the last one, this ends with the last connection. */
    void channelClosed(Accepting server) {
        servers.remove(server);
        try {
            own.remove(server.socket());
        } finally {
            if (servers.isEmpty()) {
                context.notReady();
                tellIfIdle();
            }
        }
    }

    private void tellIfIdle() {
        if (servers.isEmpty() && context.books().active() == 0) {
            whenIdle.accept(this);
        }
    }

    /** Ends it, once, if that is still so. To be called under the lock under which server channels are added. */
    boolean stopIfIdle() {
        if (stopped || !servers.isEmpty() || context.books().active() > 0) {
            return false;
        }
        stopped = true;
        context.stop();
        over.countDown();
        return true;
    }

    @Override
    public double stopListening() {
        // One after the other: when a listener closes, the kernel sends newcomers to those that are left.
        double atRisk = servers.isEmpty() ? Double.NaN : 0;
        for (Accepting server : servers) {
            atRisk += UninterruptibleWait.await(server.lastAcceptAndClose(), LOOP_ANSWER_NANOS);
        }
        return atRisk;
    }

    @Override
    public void close() {
        cut();
        awaitOver(System.nanoTime() + LOOP_ANSWER_NANOS);
    }

    /** Cuts everything; does not wait for that. */
    void cut() {
        context.closed();
        cutting = true;
        drain.closed();
        open.forEach(NettyConnection::cut); // who comes after this look finds that we are cutting
        servers.forEach(Accepting::close);
        tellIfIdle();
    }

    /** Waits until all is over, but not on a loop and not for ever: user code on a loop may not come back. */
    void awaitOver(long deadline) {
        if (loops.keySet().stream().anyMatch(EventLoop::inEventLoop)) {
            return;
        }
        awaitBefore(deadline, over);
        accepting.forEach(loop -> awaitBefore(deadline, turnOf(loop)));
    }

    private static void awaitBefore(long deadline, CountDownLatch latch) {
        UninterruptibleWait.await(deadline - System.nanoTime(), left -> latch.await(left, TimeUnit.NANOSECONDS));
    }

    /**
     * Counts down when a loop has had another turn. On NIO a listener that is closed keeps its port until the selector has forgotten it,
     * which is at the beginning of a turn; what is scheduled on the loop comes after that.
     */
    private static CountDownLatch turnOf(EventLoop loop) {
        CountDownLatch turn = new CountDownLatch(1);
        try {
            loop.execute(() -> loop.schedule(() -> {}, 1, TimeUnit.NANOSECONDS).addListener(done -> turn.countDown()));
        } catch (RejectedExecutionException e) {
            turn.countDown(); // it has ended, and its selector with it
        }
        return turn;
    }
}
