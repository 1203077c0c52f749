package io.acceptor.bench.cost;

import java.time.Duration;

/**
 * What {@code probe-cost} does to each server.
 *
 * @param rounds how often, servers in turn
 * @param rates how much is offered
 * @param phase how long each phase of a round takes
 * @param warmUp how long each part of the warm-up takes
 * @param idle how long the server is watched doing nothing, once a round
 */
public record ProbeCostPlan(int rounds, Rates rates, Duration phase, Duration warmUp, Duration idle) {
    /** For a probe to be connected, and for a client to be greeted. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /**
     * Offered a second.
     *
     * @param probes connect-and-reset probes, in the flood and under it
     * @param greeted clients that are greeted while nothing else goes on
     * @param clients clients that are greeted under the flood
     */
    public record Rates(int probes, int greeted, int clients) {}
}
