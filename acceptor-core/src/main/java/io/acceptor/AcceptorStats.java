package io.acceptor;

import java.util.Map;

/**
 * The books of an acceptor at one moment. Immutable.
 *
 * <p>"Ended" is read before "accepted", so {@code ended() <= accepted()} always; when nothing is open they are equal.
 *
 * @param accepted connections taken from the kernel
 * @param pending connections handed to a worker that has not claimed them yet
 * @param outcomes ended connections by outcome; every outcome has an entry
 * @param rejections rejected connections by reason; every reason has an entry
 * @param acceptErrors failed accepts by kind ({@code exhausted}, {@code memory}, {@code transient}, {@code fatal})
 * @param stalls stalls reported
 * @param eventsDropped listener events and log lines dropped because their queue was full
 */
public record AcceptorStats(
        long accepted,
        long pending,
        Map<Outcome, Long> outcomes,
        Map<RejectReason, Long> rejections,
        Map<String, Long> acceptErrors,
        long stalls,
        long eventsDropped) {

    /** Copies the maps. */
    public AcceptorStats {
        outcomes = Map.copyOf(outcomes);
        rejections = Map.copyOf(rejections);
        acceptErrors = Map.copyOf(acceptErrors);
    }

    /**
     * Connections that have ended, whatever the outcome.
     *
     * @return the sum over all outcomes
     */
    public long ended() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Connections open now, in whatever phase.
     *
     * @return accepted minus ended
     */
    public long active() {
        return accepted - ended();
    }

    /**
     * Connections that ended as a load balancer's probe does.
     *
     * @return the sum over the outcomes that are probe-like
     */
    public long probeLike() {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getKey().isProbeLike())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
