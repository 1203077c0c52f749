package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Drain;
import io.acceptor.engine.UninterruptibleWait;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** The NIO engine of one server: its loops, and the connections that somebody has claimed. Thread-safe. */
final class NioServer implements Drain.Target {
    /** A loop answers within a turn, unless user code holds it up; close() and drain must end all the same. */
    private static final long LOOP_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final AcceptorContext context;
    private final Recipient recipient;
    private final Drain drain;
    private final List<NioLoop> loops;
    private final Set<NioConnection> claimed = ConcurrentHashMap.newKeySet();
    private final Set<NioConnection> silent = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger runningLoops = new AtomicInteger();
    private volatile boolean cutting;
    private volatile boolean endsWhenIdle;

    private NioServer(AcceptorContext context, Recipient recipient, int loops) {
        this.context = context;
        this.loops = new ArrayList<>(loops);
        this.recipient = recipient;
        this.drain = new Drain(context, this);
    }

    /** Starts a loop for each listener. If that fails, all that was begun is ended and the listeners are closed. */
    static NioServer start(
            AcceptorContext context, Recipient recipient, List<ServerSocketChannel> listeners, boolean daemon)
            throws IOException {
        NioServer server = new NioServer(context, recipient, listeners.size());
        try {
            NioConnection.load();
            for (ServerSocketChannel listener : listeners) {
                server.loops.add(new NioLoop(server, listener, server.loops.size(), daemon));
                server.runningLoops.incrementAndGet();
            }
            server.start();
            return server;
        } catch (IOException | RuntimeException | Error e) {
            server.abandon();
            throw e;
        }
    }

    private void start() throws IOException {
        for (NioLoop loop : loops) {
            loop.open();
            context.watchLoop(loop.pulse, loop.accepting::checkListener);
        }
        context.atEachTick(new HandlerDeadlines(context.settings().timing().handler(), recipient, claimed));
        context.start();
        loops.forEach(NioLoop::start);
    }

    /** Undoes what a start has come to: loops that run end by themselves, the others never had a thread and are ended here. */
    private void abandon() {
        closed.set(true);
        stopLoops();
        for (NioLoop loop : loops) {
            loop.endIfNotStarted();
        }
        awaitLoops();
    }

    AcceptorContext context() {
        return context;
    }

    Recipient recipient() {
        return recipient;
    }

    Drain drain() {
        return drain;
    }

    /** Remembers a claimed connection, to cut it when the server closes. False if that is now; it is cut then. */
    boolean hold(NioConnection connection) {
        claimed.add(connection);
        if (cutting) {
            claimed.remove(connection);
            connection.cut();
            return false;
        }
        return true;
    }

    /** Those that are claimed now, handed over or lingering; a live view. */
    Set<NioConnection> claimed() {
        return Collections.unmodifiableSet(claimed);
    }

    /** Loop: a connection waits for its client's first byte. With several loops, others may displace it from now on. */
    void fallsSilent(NioConnection connection) {
        if (loops.size() > 1) {
            silent.add(connection);
            connection.fallsSilent();
        }
    }

    /** Loop: it does not wait for that any more. */
    void isNotSilent(NioConnection connection) {
        silent.remove(connection);
    }

    /** Those that wait on a loop for their clients' first byte, if there are several loops; a live view. */
    Set<NioConnection> silent() {
        return Collections.unmodifiableSet(silent);
    }

    /** An end was counted: a descriptor, and perhaps a permit, came free. */
    void ended(NioConnection connection) {
        claimed.remove(connection);
        silent.remove(connection);
        for (int i = 0; i < loops.size(); i++) { // an iterator would need memory
            loops.get(i).accepting.endPauseEarly();
        }
        stopIfIdle();
    }

    private void stopIfIdle() {
        if (endsWhenIdle && context.books().active() == 0) {
            stopLoops();
        }
    }

    @Override
    public double stopListening() {
        // One after the other: when a listener closes, the kernel sends newcomers to those that are left.
        double atRisk = 0;
        for (NioLoop each : loops) {
            atRisk += ask(each, loop -> loop.accepting.lastAcceptAndClose());
        }
        return atRisk;
    }

    /** Has a loop do something and waits for it, for a while. NaN if it has ended or does not answer. */
    private static double ask(NioLoop loop, ToDoubleFunction<NioLoop> task) {
        CompletableFuture<Double> answer = new CompletableFuture<>();
        if (!loop.post(() -> answer.complete(task.applyAsDouble(loop))) || loop.isCurrentThread()) {
            return Double.NaN;
        }
        return UninterruptibleWait.await(answer, LOOP_ANSWER_NANOS);
    }

    /** Stops listening and cuts what nobody has claimed; what somebody has claimed lives on, and the loops with it. */
    void closeListeners() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        context.closed();
        try {
            loops.forEach(each -> ask(each, NioLoop::closeListener));
        } catch (Throwable t) { // no memory to ask with
            stopLoops();
            throw t;
        } finally {
            endsWhenIdle = true;
            stopIfIdle();
        }
    }

    /** A second caller waits as the first one does: the port is free when it returns. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            cutAll();
        }
        awaitLoops();
    }

    private void cutAll() {
        context.closed();
        cutting = true;
        drain.closed();
        try {
            cutClaimed();
        } finally {
            stopLoops();
        }
    }

    private void cutClaimed() {
        for (NioConnection connection : claimed) {
            connection.cut();
        }
    }

    /** Not from a loop itself, and not for ever: user code on a loop may not come back. It is interrupted then. */
    private void awaitLoops() {
        long deadline = System.nanoTime() + LOOP_ANSWER_NANOS;
        for (NioLoop loop : loops) {
            if (!loop.isCurrentThread() && !UninterruptibleWait.awaitEnd(loop.thread(), deadline)) {
                loop.thread().interrupt();
                context.events()
                        .warn("close() does not wait for " + loop.thread().getName() + ", which is in: "
                                + loop.pulse.phase());
            }
        }
    }

    private void stopLoops() {
        loops.forEach(NioLoop::stop);
    }

    /** A loop has closed all it had; the last one closes what stands beside the loops. */
    void loopEnded() {
        if (runningLoops.decrementAndGet() > 0) {
            return;
        }
        try {
            if (cutting) {
                cutClaimed(); // whom close() had no memory to cut
            }
        } finally {
            context.stop();
        }
    }
}
