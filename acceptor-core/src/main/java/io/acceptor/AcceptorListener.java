package io.acceptor;

import io.acceptor.queue.AcceptQueueInspection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to an acceptor, away from its loop.
 *
 * <p>Events wait in a bounded queue (8,192) and are delivered one at a time by one thread of the acceptor, in the order in
 * which they were queued; those of one connection come in their order. When the queue is full the newest event is dropped
 * and counted ({@link AcceptorStats#eventsDropped()}). Delivery takes up to 25 ms. A method that blocks delays later events
 * and nothing else; what it throws is logged and the next event is delivered. Methods do nothing unless overridden.
 */
public interface AcceptorListener {

    /**
     * A connection ended.
     *
     * @param id the connection's number
     * @param peer its two ends
     * @param outcome how it ended
     * @param reason why it was rejected; null for every other outcome
     * @param lasted from accept to end
     */
    default void onEnded(long id, Peer peer, Outcome outcome, @Nullable RejectReason reason, Duration lasted) {}

    /**
     * Accepting failed, or paused because it would fail. Once an episode.
     *
     * @param kind {@code exhausted} (no descriptor for another socket), {@code memory} (an OutOfMemoryError), {@code transient} or {@code fatal}
     * @param cause what accept() threw
     */
    default void onAcceptFailure(String kind, Throwable cause) {}

    /**
     * Accepting works again after {@link #onAcceptFailure}.
     *
     * @param lasted how long the episode was
     */
    default void onAcceptRecovered(Duration lasted) {}

    /**
     * Something that should take connections does not. Once an episode.
     *
     * @param report what is stuck, since when, and where
     */
    default void onStall(StallReport report) {}

    /**
     * What was reported by {@link #onStall} moves again.
     *
     * @param lasted how long the stall was
     */
    default void onStallEnded(Duration lasted) {}

    /**
     * The kernel's accept queue was full and clients were turned away. Once an episode, which ends when the queue has not been
     * full for 3 s.
     *
     * @param rise how many overflows the kernel counted in about 25 ms, of which some may be other listeners': it counts for the
     *     whole network namespace; what follows in the episode shows {@code acceptor.listen.overflows}
     * @param queue what the queue held then
     */
    default void onQueueOverflow(long rise, AcceptQueueInspection queue) {}

    /**
     * A drain is over and the acceptor closed.
     *
     * @param report what became of the last connections
     */
    default void onDrained(DrainReport report) {}
}
