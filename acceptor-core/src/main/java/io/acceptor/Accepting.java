package io.acceptor;

import io.acceptor.engine.AcceptFailures;
import io.acceptor.engine.LeavingListener;
import io.acceptor.engine.Pace;
import io.acceptor.engine.ReserveDescriptor;
import io.acceptor.engine.Ticket;
import io.acceptor.engine.WaitSampler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
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
    private final Consumer<NioConnection> welcome = this::welcome;
    private final Consumer<NioConnection> welcomeUnblocked = this::welcomeUnblocked;
    private final Consumer<NioConnection> answer = this::answer;
    private final AcceptFailures failures;
    private final Pace pace = new Pace();
    private final WaitSampler waits;
    private @Nullable SelectionKey key;
    private boolean ready;
    private final Queue<NioConnection> roomMadeFor = new ArrayDeque<>();
    private boolean refused; // somebody, with the reserve
    private boolean refusedForWant; // of descriptors: somebody, or nobody could be answered
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
        if (!failures.hasMemory() || (failures.exhausted() && !ReserveDescriptor.regain())) {
            pause(RESERVE_PAUSE_NANOS); // a client must not get the slot that keeps the others answered
            return;
        }
        ready = false; // the selector says so again while there is more
        loop.reception.mayFillBuffers();
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
            if (loop.reception.hasSentEnough()) {
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
        accepted(channel, welcome);
        return true;
    }

    /** Enters it into the books, and goes on with it. */
    private void accepted(SocketChannel channel, Consumer<NioConnection> step) {
        NioConnection connection = book(channel);
        if (connection != null) {
            loop.guarded(connection, step);
        }
    }

    private void welcome(NioConnection connection) {
        if (unblock(connection)) {
            welcomeUnblocked(connection);
        }
    }

    private void welcomeUnblocked(NioConnection connection) {
        waits.accepted(connection.ticket);
        loop.reception.welcome(connection);
    }

    /** It may keep the descriptor of the reserve if another one makes room; it is received when the reserve is back. */
    private void answer(NioConnection connection) {
        if (unblock(connection) && loop.reception.findsDescriptor(connection)) {
            roomMadeFor.add(connection);
        } else {
            refused = true;
        }
    }

    /** False if the client has reset it, which on macOS fcntl says (EINVAL), and says of no other; it is closed then. */
    private boolean unblock(NioConnection connection) {
        try {
            connection.channel.configureBlocking(false);
            return true;
        } catch (IOException e) {
            loop.reception.left(connection, Outcome.RESET_BEFORE_GREETING);
            return false;
        }
    }

    /** Null if there was no memory; it is closed then, and its end is in the books if it was. */
    private @Nullable NioConnection book(SocketChannel channel) {
        Ticket ticket = null;
        try {
            Peer peer = new Peer(
                    (InetSocketAddress) channel.getRemoteAddress(), (InetSocketAddress) channel.getLocalAddress());
            ticket = loop.server.context().accepted(peer);
            return new NioConnection(loop, channel, ticket);
        } catch (IOException | RuntimeException | Error e) {
            try {
                channel.close();
            } catch (IOException again) {
                // the descriptor is released all the same
            }
            if (ticket != null) {
                ticket.end(Outcome.CUT, null);
            }
            loop.server.context().events().failure("accepted connection could not be set up", e);
            return null;
        }
    }

    private void failed(Throwable cause) {
        if (closedByUs) {
            return;
        }
        AcceptFailures.Kind kind = failures.classify(listener.isOpen(), cause);
        loop.pulse.inUserCode("acceptBackoff");
        long pauseNanos = failures.failed(kind, cause);
        loop.pulse.working();
        if (kind == AcceptFailures.Kind.FATAL) {
            stopListening();
            return;
        }
        refusedForWant = true;
        if (failures.exhausted()) { // a descriptor may have come free just now; within an episode everybody is answered
            ReserveDescriptor.whileFreed(this::answerWaiting);
        }
        if (refusedForWant) {
            pause(pauseNanos);
        } else {
            failures.accepted(); // others have made room for all who waited
        }
        for (NioConnection each = roomMadeFor.poll(); each != null; each = roomMadeFor.poll()) {
            loop.guarded(each, welcomeUnblocked);
        }
    }

    /** With the one spare descriptor: take a client, have another one make room or refuse it, again until nobody waits. */
    private void answerWaiting() {
        refused = false;
        for (int i = 0; i < EXHAUSTED_BATCH; i++) {
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException | OutOfMemoryError e) {
                return; // another thread snatched the slot
            }
            if (channel == null) {
                refusedForWant = refused || roomMadeFor.isEmpty();
                return;
            }
            accepted(channel, answer);
        }
    }

    private void pause(long nanos) {
        if (nanos > 0 && key != null && key.isValid()) {
            resumeAt = System.nanoTime() + nanos;
            key.interestOps(0);
            paused = true; // and freed may be set already, in the moment between the failure and here
        }
    }

    void resumeIfDue(long now) {
        if (!paused) {
            failures.endEpisode(now);
        } else if (freed || now - resumeAt >= 0) {
            resume();
        }
    }

    private void resume() {
        paused = false;
        freed = false;
        failures.resumed(System.nanoTime());
        if (key != null && key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
            ready = true;
        }
    }

    /** A descriptor or a permit came free: no need to wait any longer. Any thread; needs no memory. */
    void endPauseEarly() {
        boolean pausing = paused;
        if (pausing || !loop.isCurrentThread()) { // what the loop closes before it pauses is no reason to go on
            freed = true;
        }
        if (pausing || paused) {
            loop.wakeUp();
        }
    }

    long untilDue(long now) {
        if (paused) {
            return freed ? 0 : resumeAt - now;
        }
        long quietAt = failures.quietAt();
        return quietAt == Long.MAX_VALUE ? Deadlines.NEVER : quietAt - now;
    }

    /** Accepts what waits, then closes the listener. Gives what was seen in its queue just before. */
    double lastAcceptAndClose() {
        if (key == null || !key.isValid()) {
            return Double.NaN;
        }
        lastAccept();
        LeavingListener leaving = LeavingListener.about(loop.server.context().queue());
        close();
        loop.closing.settle();
        return leaving.depth();
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
        try {
            loop.closing.forget();
        } finally {
            closeListener();
        }
    }

    private void closeListener() {
        try {
            listener.close();
        } catch (IOException e) {
            loop.server.context().events().failure("listener did not close", e);
        }
    }
}
