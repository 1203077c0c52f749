package io.acceptor;

import io.acceptor.engine.Settings;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections whose handler has waited for its client for too long. Looked at by the housekeeper, ended by their loops: an
 * end may run user code, which must not hold up the housekeeper.
 *
 * <p>A look goes through all that handlers have, so there is none while no limit could end anybody. A handler pays nothing for
 * it.
 */
final class HandlerDeadlines implements Runnable {
    /** So that a limit is kept to 1 percent, but not more often than the housekeeper ticks nor less often than once a second. */
    private static final int LOOKS_PER_LIMIT = 100;

    private static final long MAX_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Settings.HandlerLimits limits;
    private final Recipient recipient;
    private final Set<NioConnection> claimed;
    private final long periodNanos;

    /** The housekeeper's. */
    private long next;

    /**
     * For one server.
     *
     * @param claimed the connections that somebody has; may change meanwhile
     */
    HandlerDeadlines(Settings.HandlerLimits limits, Recipient recipient, Set<NioConnection> claimed) {
        this.limits = limits;
        this.recipient = recipient;
        this.claimed = claimed;
        long shortest = Math.min(limits.firstRequestNanos(), limits.conversationNanos());
        this.periodNanos = Math.min(shortest / LOOKS_PER_LIMIT, MAX_PERIOD_NANOS);
        this.next = System.nanoTime();
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        if (now - next < 0) {
            return;
        }
        next = now + periodNanos;
        boolean clientsWait = limits.firstRequestNanos() != Settings.HandlerLimits.NEVER && recipient.clientsWait();
        if (clientsWait || limits.conversationNanos() != Settings.HandlerLimits.NEVER) {
            look(clientsWait, now);
        }
    }

    private void look(boolean clientsWait, long now) {
        for (NioConnection connection : claimed) {
            String over = connection.handlersTimeUp(limits, clientsWait, now);
            if (over != null) {
                connection.loop.post(connection, each -> each.expire(over));
            }
        }
    }
}
