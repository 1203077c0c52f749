package io.acceptor;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
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
    /** A client that has something to say says it within a round trip or two. */
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The claimed ones are looked through at most this often for each of them, so that looking takes a few percent of the time. */
    private static final long PAUSE_NANOS_EACH = 1_000;

    /** Some may turn out to have spoken just now. */
    private static final int MOST_TRIED = 8;

    private static final Comparator<NioConnection> LONGEST_FIRST =
            (one, other) -> Long.signum(one.greetedNanos - other.greetedNanos);

    private final NioLoop loop;
    private final boolean makeRoom;
    /** Found by the last look through the claimed ones, longest silent first. */
    private final Queue<NioConnection> awaited = new ArrayDeque<>();

    private long lookAgainAt = System.nanoTime();

    SilentConnections(NioLoop loop) {
        this.loop = loop;
        this.makeRoom = loop.server.context().settings().silentMakeRoom();
    }

    /** Whether anybody makes room at all. */
    boolean makesRoom() {
        return makeRoom;
    }

    /** Closes one that a worker serves, for the sake of the worker. */
    boolean freeWorker(long now) {
        NioConnection longest = makeRoom ? longestAwaited(now) : null;
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
            NioConnection longest = longestAwaited(now);
            if (onLoop != null && (longest == null || LONGEST_FIRST.compare(onLoop, longest) <= 0)) {
                freed = loop.reception.makeRoom(onLoop);
            } else if (longest != null) {
                freed = closeAwaited(longest);
            } else {
                return loop.offering.makeRoom(now);
            }
        }
        return freed;
    }

    static boolean isLongSilent(NioConnection connection, long now) {
        return !connection.hasSpoken() && now - connection.greetedNanos >= SILENCE_NANOS;
    }

    /** When looking again may find one that a worker serves, on {@link System#nanoTime()}. */
    long lookAgainAt() {
        return lookAgainAt;
    }

    /** The one that a handler has awaited longest, if that is long enough; null if there is none. */
    private @Nullable NioConnection longestAwaited(long now) {
        NioConnection first = firstAwaited();
        if (first == null && now - lookAgainAt >= 0) {
            lookThroughClaimed(now);
            first = firstAwaited();
        }
        return first;
    }

    private @Nullable NioConnection firstAwaited() {
        NioConnection first = awaited.peek();
        while (first != null && !first.handlerAwaitsFirstByte()) {
            awaited.remove();
            first = awaited.peek();
        }
        return first;
    }

    private void lookThroughClaimed(long now) {
        List<NioConnection> found = loop.server.claimed().stream()
                .filter(NioConnection::handlerAwaitsFirstByte)
                .sorted(LONGEST_FIRST)
                .toList();
        long soonest = Workers.LATE_NANOS;
        for (NioConnection each : found) {
            long left = SILENCE_NANOS - (now - each.greetedNanos);
            if (left > 0) {
                soonest = Math.min(soonest, left);
                break; // the others were greeted later
            }
            awaited.add(each);
        }
        lookAgainAt =
                now + Math.max(soonest, PAUSE_NANOS_EACH * loop.server.claimed().size());
    }

    private boolean closeAwaited(NioConnection connection) {
        awaited.remove();
        loop.server.context().admission().release(connection.ticket);
        loop.server.recipient().wake(connection::makeRoom);
        return true;
    }
}
