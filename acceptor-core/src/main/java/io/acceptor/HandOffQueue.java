package io.acceptor;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that wait for a worker, and the tokens that stand for them in an executor. A connection that dies or is taken
 * back is removed at once, so the contents are bounded by what is alive. Thread-safe.
 *
 * <p>A token is a task that says no more than "serve the next one". An executor whose queue has no bound then keeps tokens and no
 * connections. A connection that leaves passes its token on to the next one, so there are never more tokens than connections have
 * waited at once.
 *
 * <p>Those that have spoken come before those that are silent; otherwise the order is that of the offers.
 *
 * <p>The monitor is held for a few instructions and never while code of the user's runs. It is a monitor and not a lock for the
 * sake of virtual threads: a loop that unlocks would itself unpark the next one, for which the JDK may start a carrier thread.
 */
final class HandOffQueue {
    private final Set<NioConnection> spoken = new LinkedHashSet<>(); // guarded by this
    private final Set<NioConnection> silent = new LinkedHashSet<>(); // guarded by this
    private int tokens; // in the executor, as far as is known; guarded by this

    /**
     * Adds a connection at the end.
     *
     * @return whether the executor must get a token for it
     */
    synchronized boolean add(NioConnection connection, boolean hasSpoken) {
        (hasSpoken ? spoken : silent).add(connection);
        return needsToken();
    }

    private boolean needsToken() {
        if (tokens >= size()) {
            return false;
        }
        tokens++;
        return true;
    }

    /** Moves a connection that was silent so far to the end of those that have spoken. */
    synchronized void spoke(NioConnection connection) {
        if (silent.remove(connection)) {
            spoken.add(connection);
        }
    }

    /** Removes a connection, if it waits; its token stays for the next one. */
    synchronized void remove(NioConnection connection) {
        if (!spoken.remove(connection)) {
            silent.remove(connection);
        }
    }

    /** Counts a token that has come out of the executor, by being run or refused. */
    synchronized void tokenReturned() {
        tokens = Math.max(0, tokens - 1);
    }

    /**
     * Presumes one token lost while somebody waits: an executor may discard tasks.
     *
     * @return whether the executor must get another one
     */
    synchronized boolean tokenLost() {
        tokens = Math.min(tokens, size() - 1);
        return size() > 0 && needsToken();
    }

    /** Whether some wait for whom the executor has no token: it has rejected it. */
    synchronized boolean lacksTokens() {
        return tokens < size();
    }

    /** Takes the next one out, or gives null. */
    synchronized @Nullable NioConnection poll() {
        Iterator<NioConnection> next = (spoken.isEmpty() ? silent : spoken).iterator();
        if (!next.hasNext()) {
            return null;
        }
        NioConnection connection = next.next();
        next.remove();
        return connection;
    }

    synchronized boolean isEmpty() {
        return size() == 0;
    }

    private int size() {
        return spoken.size() + silent.size();
    }

    /** When the first of those that wait was offered, on {@link System#nanoTime()}; {@link Long#MAX_VALUE} if none waits. */
    synchronized long oldestOffer() {
        return Math.min(firstOffer(spoken), firstOffer(silent));
    }

    private static long firstOffer(Set<NioConnection> waiting) {
        Iterator<NioConnection> first = waiting.iterator();
        return first.hasNext() ? first.next().offeredNanos : Long.MAX_VALUE;
    }
}
