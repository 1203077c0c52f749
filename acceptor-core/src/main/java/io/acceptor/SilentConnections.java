package io.acceptor;

import io.acceptor.engine.LongestSilent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes room for a newcomer by closing the connection that has been silent longest, as nginx gives up idle connections when it has
 * none left ({@code ngx_drain_connections}). Confined to its loop.
 *
 * <p>It may be closed if no byte has come from it, it was greeted (or accepted) at least a second ago, and it is either on this loop or
 * its handler is in its first read and has sent nothing since that began. Never with {@code handOffAtOnce}, and never a socket
 * that {@code accept()} has returned.
 */
final class SilentConnections {
    /** Some may turn out to have spoken just now. */
    private static final int MOST_TRIED = 8;

    private final NioLoop loop;
    private final boolean makeRoom;
    private final LongestSilent<NioConnection> awaited;
    private final LongestSilent<NioConnection> elsewhere;
    private final Consumer<NioConnection> closeDisplaced = SilentConnections::closeDisplaced;

    SilentConnections(NioLoop loop) {
        this.loop = loop;
        this.makeRoom = loop.server.context().settings().silentMakeRoom();
        this.awaited = new LongestSilent<>(
                loop.server.claimed(), NioConnection::handlerAwaitsFirstByte, connection -> connection.greetedNanos);
        this.elsewhere = new LongestSilent<>(
                loop.server.silent(),
                connection -> connection.loop != loop && connection.isSilent(),
                connection -> connection.greetedNanos);
    }

    /** Whether anybody makes room at all. */
    boolean makesRoom() {
        return makeRoom;
    }

    /** Whether there is one that a worker serves and that makes room. */
    boolean canFreeWorker(long now) {
        return makeRoom && awaited.find(now) != null;
    }

    /** Closes one that a worker serves, for the sake of the worker. */
    boolean freeWorker(long now) {
        NioConnection longest = makeRoom ? awaited.find(now) : null;
        return longest != null && closeAwaited(longest);
    }

    /** Closes one that a worker serves or that waits for one. */
    boolean freePlace(long now) {
        return makeRoom && (freeWorker(now) || loop.offering.makeRoom(now));
    }

    /** Closes one for the sake of its permits and its descriptor. */
    boolean freeConnection(long now) {
        boolean freed = false;
        for (int i = 0; makeRoom && !freed && i < MOST_TRIED; i++) {
            NioConnection onLoop = loop.reception.longestSilent(now);
            NioConnection inHandler = awaited.find(now);
            NioConnection longest = longer(onLoop, longer(inHandler, elsewhere.find(now)));
            if (longest == null) {
                return loop.offering.makeRoom(now);
            }
            if (longest == onLoop) {
                freed = loop.reception.makeRoom(longest);
            } else {
                freed = longest == inHandler ? closeAwaited(longest) : closeElsewhere(longest);
            }
        }
        return freed;
    }

    private static @Nullable NioConnection longer(@Nullable NioConnection one, @Nullable NioConnection other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.greetedNanos - other.greetedNanos <= 0 ? one : other;
    }

    /** Has another loop close it. Its permits are free at once. */
    private boolean closeElsewhere(NioConnection connection) {
        if (!connection.displace()) {
            return false;
        }
        loop.server.context().admission().release(connection.ticket);
        connection.loop.post(connection, closeDisplaced);
        return true;
    }

    /** On its own loop, which may have closed it for another reason meanwhile. */
    private static void closeDisplaced(NioConnection connection) {
        if (connection.ending == null) {
            connection.loop.closing.close(connection, Outcome.MADE_ROOM);
        }
    }

    static boolean isLongSilent(NioConnection connection, long now) {
        return !connection.hasSpoken() && now - connection.greetedNanos >= LongestSilent.SILENCE_NANOS;
    }

    /** When looking again may find one that a worker serves, on {@link System#nanoTime()}. */
    long lookAgainAt() {
        return awaited.lookAgainAt();
    }

    /** It has given its permits back before it is closed, which may be done by another thread. */
    private boolean closeAwaited(NioConnection connection) {
        Runnable close = connection::makeRoom; // from here on nothing may fail
        connection.makingRoom();
        loop.server.context().admission().release(connection.ticket);
        loop.server.recipient().wake(close);
        return true;
    }
}
