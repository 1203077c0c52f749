package io.acceptor;

import io.acceptor.engine.Pulse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread behind one listener. It does everything up to the worker, and never waits but in select, or in a storm of probes for a
 * fraction of a millisecond ({@link #selectRested}):
 *
 * <pre>
 *   wait -&gt; what others asked for -&gt; what is ready -&gt; what is due -&gt; accept a batch -&gt; close and hand over
 * </pre>
 *
 * <p>The steps live in classes of their own, all confined to this thread: {@link Accepting} takes connections from the
 * kernel, {@link Reception} looks, admits and greets, {@link Offering} hands over, {@link Closing} ends.
 */
final class NioLoop implements Runnable {
    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** Selecting again at once after an unexpected failure must not become a spin. */
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How often a loop that ends tries again to end what it holds, when there is no memory for that: for a second. */
    private static final int END_ATTEMPTS = 20;
    /** A rest in a storm of probes; Linux makes it up to 50 microseconds longer (timer slack). Nobody needs to cut it short. */
    private static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(150);

    final NioServer server;
    final Pulse pulse;
    final Accepting accepting;
    final Reception reception;
    final Offering offering;
    final SilentConnections silent;
    final Closing closing;

    private final Thread thread;
    private final Selector selector;
    private final Consumer<NioConnection> clientMoved = this::clientMoved;
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final boolean restsInStorms = canRest(System.getProperty("os.name"));
    private boolean started; // of the thread that starts the server
    private volatile boolean stopping;
    private volatile boolean ended;

    NioLoop(NioServer server, ServerSocketChannel listener, int number, boolean daemon) throws IOException {
        this.server = server;
        this.thread =
                new LoopThread(this, "acceptor-" + server.context().name() + (number == 0 ? "" : "-" + (number + 1)));
        this.thread.setDaemon(daemon);
        this.pulse = new Pulse(thread);
        this.closing = new Closing(this);
        this.offering = new Offering(this);
        this.silent = new SilentConnections(this);
        this.reception = new Reception(this);
        this.accepting = new Accepting(this, listener);
        this.selector = Selector.open(); // last: nothing after it can fail and leave its descriptors open
    }

    /** Only Linux parks for about as long as it is asked to: Windows rests a timer tick, 1 to 15.6 ms. */
    static boolean canRest(String osName) {
        return osName.equals("Linux");
    }

    /** Has the selector watch the listener. Before the thread starts, so that it is the start that fails if anything does. */
    void open() throws IOException {
        accepting.open();
    }

    /** The class of all loops' threads, by which they are told from workers. */
    private static final class LoopThread extends Thread {
        LoopThread(NioLoop loop, String name) {
            super(loop, name);
        }
    }

    /** Whether a thread is that of a loop, of whatever server. */
    static boolean isLoop(Thread thread) {
        return thread instanceof LoopThread;
    }

    void start() {
        thread.start();
        started = true;
    }

    /** For a server whose start failed: ends a loop that never had a thread, on the calling one. */
    void endIfNotStarted() {
        if (!started) {
            end();
        }
    }

    Thread thread() {
        return thread;
    }

    Selector selector() {
        return selector;
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void run() {
        pulse.begin();
        while (!stopping) {
            boolean worked = turn();
            if (!settle() || !worked) {
                LockSupport.parkNanos(this, FAILURE_PAUSE_NANOS);
            }
        }
        end();
    }

    /** False if it failed, by an Error from the JDK or a fault of ours: one turn is lost, the loop is not. */
    private boolean turn() {
        try {
            await();
            runPosted();
            long now = System.nanoTime();
            accepting.resumeIfDue(now);
            offering.expire(now);
            reception.expire(now);
            closing.expire(now);
            accepting.batch();
            return true;
        } catch (Throwable t) {
            return failed(t);
        }
    }

    /** Closes and hands over, whatever the turn came to. False if that failed; the next turn goes on with it, and does not wait. */
    private boolean settle() {
        try {
            closing.settle();
            return true;
        } catch (Throwable t) {
            return failed(t);
        }
    }

    /** Gives false, and throws nothing: said for the first time, even the words need memory. */
    private boolean failed(Throwable t) {
        try {
            server.context().events().failure("accept loop", t);
        } catch (Throwable again) {
            Thread.onSpinWait();
        }
        return false;
    }

    private void await() throws IOException {
        long now = System.nanoTime();
        long nanos = Math.min(
                Math.min(accepting.untilDue(now), offering.untilDue(now)),
                Math.min(reception.untilDue(now), closing.untilDue(now)));
        pulse.waiting();
        reception.mayFillBuffers();
        Thread.interrupted(); // a selector whose thread is interrupted does not wait
        if (nanos <= 0 || !posted.isEmpty()) {
            pulse.busy();
            selector.selectNow(this::ready);
        } else if (restsInStorms && reception.inStorm(now)) {
            selectRested();
        } else {
            long millis = nanos == Deadlines.NEVER ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
            selector.select(this::ready, millis);
            pulse.busy();
        }
    }

    /**
     * Each probe of a storm would cost a wake-up of its own. So the loop rests once nothing is left to do, as network cards
     * do with their interrupts: several probes share a turn, and are dead before they are greeted.
     */
    private void selectRested() throws IOException {
        if (selector.selectNow(this::ready) == 0) {
            LockSupport.parkNanos(this, REST_NANOS);
            selector.selectNow(this::ready);
        }
        pulse.busy();
    }

    private void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        NioConnection connection = (NioConnection) key.attachment();
        if (connection == null) {
            accepting.ready();
        } else {
            guarded(connection, clientMoved);
        }
    }

    /** Does one thing with one connection. Whatever fails unexpectedly, it is not lost: it is released first, then told of. */
    void guarded(NioConnection connection, Consumer<NioConnection> step) {
        try {
            step.accept(connection);
        } catch (Throwable t) {
            closing.release(connection);
            server.context().events().failure("a connection was cut", t);
        }
    }

    private void clientMoved(NioConnection connection) {
        if (connection.lingering) {
            closing.discard(connection);
        } else if (connection.out.hasRemaining()) {
            reception.send(connection);
        } else if (connection.isWatched()) {
            offering.watchedReady(connection);
        } else if (connection.isLoops()) {
            reception.clientMoved(connection);
        } // else a worker has just claimed it and the request to let go is on its way
    }

    /** Registers a connection, or changes what it is registered for. Its channel is open and non-blocking. */
    void interest(NioConnection connection, int operations) {
        SelectionKey key = connection.key;
        try {
            if (key != null) {
                key.interestOps(operations);
            } else {
                connection.key = connection.channel.register(selector, operations, connection);
            }
        } catch (IOException | CancelledKeyException e) {
            closing.close(connection, Outcome.CUT); // its channel was closed: only we could have
        }
    }

    /** Has the loop do something with a connection soon. False if it has ended and never will. */
    boolean post(NioConnection connection, Consumer<NioConnection> step) {
        return post(() -> guarded(connection, step));
    }

    /** Has the loop do something soon. False if it has ended and never will. */
    boolean post(Runnable task) {
        if (ended) {
            return false;
        }
        posted.add(task);
        wakeUp();
        return !ended || !posted.remove(task);
    }

    private void runPosted() {
        for (Runnable task = posted.poll(); task != null; task = posted.poll()) {
            try {
                task.run();
            } catch (Throwable t) {
                failed(t);
            }
        }
    }

    boolean isStopping() {
        return stopping;
    }

    /** Asks the loop to cut what it holds and to end. Any thread. */
    void stop() {
        stopping = true;
        wakeUp();
    }

    /** Ends its wait in the selector. Any thread; needs no memory. */
    void wakeUp() {
        if (!isCurrentThread()) {
            selector.wakeup();
        }
    }

    /** Closes the listener and cuts what nobody has claimed. Gives NaN: nobody looked at the queue. */
    double closeListener() {
        accepting.close();
        offering.cutAll();
        reception.cutAll();
        closing.settle();
        return Double.NaN;
    }

    private void end() {
        pulse.waiting();
        try {
            for (int attempts = 0; !endAll() && attempts < END_ATTEMPTS; attempts++) {
                LockSupport.parkNanos(this, FAILURE_PAUSE_NANOS);
            }
        } finally {
            ended = true;
            closeSelector();
            server.loopEnded();
        }
    }

    /** False if something failed; what was ended by then is. */
    private boolean endAll() {
        try {
            closeListener();
            ended = true;
            runPosted();
            reception.cutAll();
            closing.cutAll();
            closing.settle();
            cutForgotten();
            return true;
        } catch (Throwable t) {
            return failed(t);
        }
    }

    /** What the selector knows and no list does would be a fault of ours; it must not cost a descriptor and a permit. */
    private void cutForgotten() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof NioConnection connection && connection.isLoops()) {
                closing.close(connection, Outcome.CUT);
            }
        }
        closing.settle();
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException | RuntimeException | Error e) {
            server.context().events().failure("selector did not close", e);
        }
    }

    /** A key that is no longer wanted: the next settle makes the selector forget it. */
    static void cancel(NioConnection connection) {
        @Nullable SelectionKey key = connection.key;
        if (key != null) {
            key.cancel();
            connection.key = null;
        }
    }
}
