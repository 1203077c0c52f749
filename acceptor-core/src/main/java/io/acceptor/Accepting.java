package io.acceptor;

import io.acceptor.engine.AcceptFailures;
import io.acceptor.engine.Pace;
import io.acceptor.engine.ReserveDescriptor;
import io.acceptor.engine.Ticket;
import io.acceptor.engine.WaitSampler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes connections from the kernel's accept queue, and pauses when it must. Confined to its loop, except what the volatile fields say. */
final class Accepting {
    /** The queue's longest is net.core.somaxconn, 4,096 by default; this is what one exhausted round takes of it. */
    private static final int EXHAUSTED_BATCH = 1024;
    /** What the last accept takes at most: a flood must not keep a drain from closing the listener. */
    private static final int LAST_BATCH = 16 * 1024;
    /** How soon to try again when somebody else of this process has taken the reserve's slots. */
    private static final long RESERVE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How soon a limit that leaves connections in the backlog is looked at again; our own closes end the pause earlier. */
    private static final long BACKLOG_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NioLoop loop;
    private final ServerSocketChannel listener;
    private final AcceptFailures failures;
    private final Pace pace = new Pace();
    private final WaitSampler waits;
    private @Nullable SelectionKey key;
    private boolean ready;
    private long resumeAt;
    private volatile boolean paused;
    private volatile boolean closedByUs;
    private volatile boolean freed;

    Accepting(NioLoop loop, ServerSocketChannel listener) {
        this.loop = loop;
        this.listener = listener;
        this.failures = loop.server.context().newFailures(false);
        this.waits = new WaitSampler(loop.server.context().metrics(), loop.pulse);
    }

    void open() throws IOException {
        key = listener.register(loop.selector(), SelectionKey.OP_ACCEPT);
    }

    void ready() {
        ready = true;
    }

    void batch() {
        if (!ready || paused) {
            return;
        }
        if (failures.exhausted() && !ReserveDescriptor.regain()) {
            pause(RESERVE_PAUSE_NANOS); // a client must not get the slot that keeps the others answered
            return;
        }
        ready = false; // the selector says so again while there is more
        freed = false;
        for (int i = 0; i < pace.connections() && !loop.isStopping(); i++) {
            if (loop.server.context().admission().leaveInBacklog() != null) {
                pause(BACKLOG_PAUSE_NANOS);
                return;
            }
            if (!acceptOne()) {
                pace.emptied(i);
                return;
            }
        }
        pace.full();
    }

    private boolean acceptOne() {
        SocketChannel channel;
        try {
            channel = listener.accept();
        } catch (IOException | OutOfMemoryError e) {
            failed(e);
            return false;
        }
        if (channel == null) {
            return false;
        }
        failures.accepted();
        NioConnection connection = book(channel);
        if (connection != null) {
            guarded(connection, this::receive);
        }
        return true;
    }

    private void receive(NioConnection connection) {
        waits.accepted(connection.ticket);
        loop.reception.welcome(connection);
    }

    /** Whatever fails unexpectedly, the connection is not lost. */
    private void guarded(NioConnection connection, Consumer<NioConnection> step) {
        try {
            step.accept(connection);
        } catch (Throwable t) {
            loop.server.context().events().failure("accepted connection could not be received", t);
            loop.closing.close(connection, Outcome.CUT);
        }
    }

    /** Enters it into the books. Null if that failed; it is closed then. */
    private @Nullable NioConnection book(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            Peer peer = new Peer(
                    (InetSocketAddress) channel.getRemoteAddress(), (InetSocketAddress) channel.getLocalAddress());
            Ticket ticket = loop.server.context().accepted(peer);
            return new NioConnection(loop, channel, ticket);
        } catch (IOException | RuntimeException | Error e) {
            loop.server.context().events().failure("accepted connection could not be set up", e);
            try {
                channel.close();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            return null;
        }
    }

    private void failed(Throwable cause) {
        if (closedByUs) {
            return;
        }
        AcceptFailures.Kind kind = failures.classify(listener.isOpen());
        long pauseNanos = failures.failed(kind, cause);
        if (kind == AcceptFailures.Kind.FATAL) {
            stopListening();
            return;
        }
        if (failures.exhausted()) { // a descriptor may have come free just now; within an episode everybody is answered
            ReserveDescriptor.whileFreed(this::refuseWaiting);
        }
        pause(pauseNanos);
    }

    /** With the one spare descriptor: take a client, refuse it, close it, again until nobody waits. */
    private void refuseWaiting() {
        for (int i = 0; i < EXHAUSTED_BATCH; i++) {
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException | OutOfMemoryError e) {
                return; // another thread snatched the slot
            }
            if (channel == null) {
                return;
            }
            NioConnection connection = book(channel);
            if (connection != null) {
                guarded(connection, loop.reception::refuseForDescriptors);
            }
        }
    }

    private void pause(long nanos) {
        if (nanos > 0 && key != null && key.isValid()) {
            resumeAt = System.nanoTime() + nanos;
            key.interestOps(0);
            paused = true;
            if (freed) {
                resumeAt = System.nanoTime(); // in the moment between the failure and here
            }
        }
    }

    void resumeIfDue(long now) {
        if (!paused) {
            failures.endEpisode(now);
        } else if (now - resumeAt >= 0) {
            resume();
        }
    }

    private void resume() {
        paused = false;
        failures.resumed(System.nanoTime());
        if (key != null && key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
            ready = true;
        }
    }

    /** A descriptor or a permit came free: no need to wait any longer. Any thread. */
    void endPauseEarly() {
        if (!loop.isCurrentThread()) {
            freed = true;
        }
        if (paused) {
            loop.post(() -> {
                if (paused) {
                    resume();
                }
            });
        }
    }

    long untilDue(long now) {
        if (paused) {
            return resumeAt - now;
        }
        long quietAt = failures.quietAt();
        return quietAt == Long.MAX_VALUE ? Deadlines.NEVER : quietAt - now;
    }

    /** Accepts what waits, then closes the listener. Gives what was seen in the kernel's queue just before. */
    double lastAcceptAndClose() {
        if (key == null || !key.isValid()) {
            return Double.NaN;
        }
        lastAccept();
        double atRisk = loop.server.context().queue().reading().depth();
        close();
        return atRisk;
    }

    private void lastAccept() {
        double waiting = loop.server.context().queue().reading().depth();
        for (int i = 0; i < LAST_BATCH && acceptOne(); i++) {
            if (i > waiting + Pace.MOST) {
                loop.server.context().admission().draining(); // they come faster than we can serve the last of them
            }
            if (i % Pace.MOST == 0) {
                loop.closing.settle();
            }
        }
    }

    private void stopListening() {
        if (key != null) {
            key.cancel();
            key = null;
        }
    }

    /** Housekeeper, each tick: a channel that somebody else closes wakes no selector. */
    void checkListener() {
        if (!closedByUs && !listener.isOpen()) {
            loop.server.context().listenerGone();
        }
    }

    /** Closes the listener; its descriptor is freed when the selector forgets the key. */
    void close() {
        SelectionKey registered = key;
        closedByUs = true;
        failures.closed();
        key = null;
        paused = false;
        ready = false;
        if (registered != null) {
            registered.cancel();
        }
        loop.closing.forget();
        try {
            listener.close();
        } catch (IOException e) {
            loop.server.context().events().failure("listener did not close", e);
        }
    }
}
