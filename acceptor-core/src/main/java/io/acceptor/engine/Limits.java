package io.acceptor.engine;

import io.acceptor.AdmissionPolicy;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is admitted, and what the others see.
 *
 * @param bulkhead for open connections, or null
 * @param rateLimiter for accepts, or null
 * @param circuitBreaker for the handler, or null
 * @param perSource open connections one source may have
 * @param policy the user's own, or null
 * @param refusals by reason; what is missing is closed
 * @param silentMakeRoom whether the connection that has been silent longest is closed for a newcomer
 */
public record Limits(
        @Nullable Bulkhead bulkhead,
        @Nullable RateLimiter rateLimiter,
        @Nullable CircuitBreaker circuitBreaker,
        int perSource,
        @Nullable AdmissionPolicy policy,
        Map<RejectReason, Refusal> refusals,
        boolean silentMakeRoom) {

    /** No limit for one source. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Copies the refusals. */
    public Limits {
        refusals = Map.copyOf(refusals);
    }

    Refusal refusal(RejectReason reason) {
        Refusal refusal = refusals.get(reason);
        return refusal == null ? Refusal.close() : refusal;
    }

    boolean leavesInBacklog(RejectReason reason) {
        return refusal(reason).leavesInBacklog();
    }

    /**
     * Whether a limit is to leave connections in the backlog. Then one loop must accept for all, and one connection at a time: two
     * that look at the last place both see it.
     */
    public boolean mayLeaveInBacklog() {
        return mayLeaveInBacklog(refusals);
    }

    static boolean mayLeaveInBacklog(Map<RejectReason, Refusal> refusals) {
        return refusals.values().stream().anyMatch(Refusal::leavesInBacklog);
    }
}
