package io.acceptor.engine;

import io.acceptor.Admission;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may stay. Takes every permit a connection needs, never waiting for one; {@link Ticket#end} gives them back.
 *
 * <p>Resilience4j can park the caller when its configuration says so, and that configuration can be changed at any time. So
 * it is looked at before each call; while it would park, clients are refused and one error line says why.
 */
public final class AdmissionControl {
    private final Limits limits;
    private final Events events;
    private final SourceLimit sources;
    private final @Nullable BulkheadPermits open;
    private final Supplier<@Nullable WatchedLoop> currentLoop;
    private final boolean mayLeaveInBacklog;
    private final AtomicBoolean wouldParkLogged = new AtomicBoolean();
    private volatile boolean draining;
    private volatile boolean stalled;

    /**
     * For one server.
     *
     * @param currentLoop gives the loop that runs on the calling thread, or null
     */
    AdmissionControl(Limits limits, Events events, Supplier<@Nullable WatchedLoop> currentLoop) {
        this.limits = limits;
        this.events = events;
        this.currentLoop = currentLoop;
        this.sources = new SourceLimit(limits.perSource());
        Bulkhead bulkhead = limits.bulkhead();
        this.open = bulkhead == null ? null : new BulkheadPermits(bulkhead, events);
        this.mayLeaveInBacklog = limits.mayLeaveInBacklog();
    }

    /** From now on everyone is refused as DRAINING. */
    public void draining() {
        draining = true;
    }

    /** Whether everyone is refused because the application takes no connections. */
    public void stalled(boolean isStalled) {
        stalled = isStalled;
    }

    boolean isStalled() {
        return stalled;
    }

    /** Whether a probe must be told from a client before {@link #admit}: something is spent there, or users are asked. */
    public boolean looksFirst() {
        return limits.rateLimiter() != null || limits.policy() != null;
    }

    /** Whether {@link #admit} can call the user's code: a policy, or event consumers of Resilience4j. */
    public boolean runsUserCode() {
        return looksFirst() || limits.bulkhead() != null || limits.circuitBreaker() != null;
    }

    /**
     * The limit that asks for connections to stay in the kernel's queue, if it is reached now.
     *
     * @return null if accepting may go on
     */
    public @Nullable RejectReason leaveInBacklog() {
        if (!mayLeaveInBacklog) {
            return null;
        }
        Bulkhead bulkhead = limits.bulkhead();
        if (bulkhead != null
                && limits.leavesInBacklog(RejectReason.MAX_CONNECTIONS)
                && bulkhead.getMetrics().getAvailableConcurrentCalls() <= 0) {
            return RejectReason.MAX_CONNECTIONS;
        }
        RateLimiter rate = limits.rateLimiter();
        if (rate != null
                && limits.leavesInBacklog(RejectReason.RATE)
                && rate.getMetrics().getAvailablePermissions() <= 0) {
            return RejectReason.RATE;
        }
        return limits.leavesInBacklog(RejectReason.BREAKER_OPEN) && breakerStillOpen()
                ? RejectReason.BREAKER_OPEN
                : null;
    }

    /** The look itself may end its wait, of which event consumers hear. */
    private boolean breakerStillOpen() {
        WatchedLoop loop = inUserCode("an event consumer of the circuitBreaker");
        try {
            return breakerOpen();
        } finally {
            working(loop);
        }
    }

    /**
     * Decides about one connection.
     *
     * @param ticket gets the permits
     * @param leaving whether the client has already said that it is done: it is greeted, but takes no rate permit
     * @return null if admitted
     */
    public @Nullable Rejection admit(Ticket ticket, boolean leaving) {
        if (draining) {
            return rejection(RejectReason.DRAINING);
        }
        if (stalled) {
            return rejection(RejectReason.STALLED);
        }
        if (!bulkheadAllows(ticket)) {
            return rejection(RejectReason.MAX_CONNECTIONS);
        }
        Rejection refused = refusalBesidesBulkhead(ticket);
        if (refused != null) {
            return refused;
        }
        return leaving || rateAllows() ? null : rejection(RejectReason.RATE);
    }

    private @Nullable Rejection refusalBesidesBulkhead(Ticket ticket) {
        if (!sources.acquire(ticket)) {
            return rejection(RejectReason.SOURCE_LIMIT);
        }
        if (breakerOpen()) {
            return rejection(RejectReason.BREAKER_OPEN);
        }
        AdmissionPolicy policy = limits.policy();
        return policy == null ? null : ask(policy, ticket);
    }

    /**
     * Looks whether one that {@link #admit} has refused as MAX_CONNECTIONS lacks nothing but that place: only then may another one be
     * closed for it. Takes what it needs besides.
     *
     * @return null if it does; {@link #admitToPlace} decides then
     */
    public @Nullable Rejection refusalBesidesPlace(Ticket ticket) {
        Rejection refused = refusalBesidesBulkhead(ticket);
        return refused != null || rateHasRoom() ? refused : rejection(RejectReason.MAX_CONNECTIONS);
    }

    /**
     * Decides about one that lacked only a place, now that another one has made room.
     *
     * @return null if admitted
     */
    public @Nullable Rejection admitToPlace(Ticket ticket) {
        if (!bulkheadAllows(ticket)) {
            return rejection(RejectReason.MAX_CONNECTIONS);
        }
        return rateAllows() ? null : rejection(RejectReason.RATE);
    }

    /** Whether {@link #admit} would, for all that can be known without asking the user's code, not refuse the source or the rate. */
    public boolean hasRoomFor(Ticket ticket) {
        return !draining && !stalled && sources.hasRoom(ticket) && rateHasRoom();
    }

    private boolean rateHasRoom() {
        RateLimiter rate = limits.rateLimiter();
        return rate == null || rate.getMetrics().getAvailablePermissions() > 0;
    }

    private boolean bulkheadAllows(Ticket ticket) {
        Bulkhead bulkhead = limits.bulkhead();
        if (bulkhead == null || open == null) {
            return true;
        }
        if (wouldPark(bulkhead.getBulkheadConfig().getMaxWaitDuration(), "bulkhead", bulkhead.getName())) {
            return false;
        }
        ticket.holdsBulkhead(open.tryAcquire());
        return ticket.holdsBulkhead();
    }

    private @Nullable Rejection ask(AdmissionPolicy policy, Ticket ticket) {
        try {
            Admission decision = policy.decide(ticket.peer());
            if (decision instanceof Admission.Admit) {
                return null;
            }
            if (decision instanceof Admission.Reject reject) {
                return new Rejection(RejectReason.POLICY, reject.refusal());
            }
            events.failure("admission policy gave null for " + ticket.peer().remoteAddress(), null);
        } catch (Throwable t) {
            events.failure("admission policy failed for " + ticket.peer().remoteAddress(), t);
        }
        return rejection(RejectReason.POLICY);
    }

    private boolean rateAllows() {
        RateLimiter rate = limits.rateLimiter();
        if (rate == null) {
            return true;
        }
        if (wouldPark(rate.getRateLimiterConfig().getTimeoutDuration(), "rateLimiter", rate.getName())) {
            return false;
        }
        boolean room = rate.getMetrics().getAvailablePermissions() > 0;
        try {
            return rate.acquirePermission();
        } catch (Throwable t) {
            // of an event consumer, in place of the decision; nothing is ever given back, so a look just before will do
            events.failure("an event consumer of the rateLimiter failed", t);
            return room;
        }
    }

    private boolean wouldPark(Duration wait, String what, String name) {
        if (wait.isZero()) {
            return false;
        }
        if (wouldParkLogged.compareAndSet(false, true)) {
            events.error(what + " '" + name + "' now waits up to " + wait
                    + " for a permit, which would park the accept loop: clients are refused until that is 0 again");
        }
        return true;
    }

    /**
     * Looks at the breaker without holding a permission. An open one turns half-open only when somebody asks for a
     * permission after its wait, so that is asked for here and given straight back.
     */
    private boolean breakerOpen() {
        CircuitBreaker breaker = limits.circuitBreaker();
        if (breaker == null) {
            return false;
        }
        return switch (breaker.getState()) {
            case FORCED_OPEN -> true;
            case OPEN -> {
                boolean halfOpen = breaker.tryAcquirePermission();
                if (halfOpen) {
                    breaker.releasePermission();
                }
                yield !halfOpen;
            }
            default -> false;
        };
    }

    /** A worker takes the connection: needs the breaker's permission now. */
    public @Nullable Rejection claim(Ticket ticket) {
        CircuitBreaker breaker = limits.circuitBreaker();
        if (breaker == null) {
            return null;
        }
        if (!breaker.tryAcquirePermission()) {
            return rejection(RejectReason.BREAKER_OPEN);
        }
        ticket.holdsBreaker();
        return null;
    }

    /** The handler is done: its failure, or null for a return, goes to the breaker. */
    public void handled(Ticket ticket, @Nullable Throwable failure) {
        CircuitBreaker breaker = limits.circuitBreaker();
        if (breaker == null || !ticket.takeBreaker()) {
            return;
        }
        try {
            if (failure == null) {
                breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(0, TimeUnit.NANOSECONDS, failure);
            }
        } catch (Throwable t) {
            breaker.releasePermission(); // a predicate of its configuration threw before it could count
            events.failure("circuitBreaker '" + breaker.getName() + "' failed", t);
        }
    }

    /** What a client refused for this reason sees; a limit that would have left it in the backlog came too late. */
    public Rejection rejection(RejectReason reason) {
        Refusal refusal = limits.refusal(reason);
        return new Rejection(reason, refusal.leavesInBacklog() ? Refusal.close() : refusal);
    }

    /** Gives back what it holds, each permit once. Any thread. */
    public void release(Ticket ticket) {
        sources.release(ticket);
        CircuitBreaker breaker = limits.circuitBreaker();
        if (breaker != null && ticket.takeBreaker()) {
            breaker.releasePermission();
        }
        if (open != null && ticket.takeBulkhead()) {
            giveBack(open);
        }
    }

    /** Event consumers hear of it, on whichever thread a connection ends. */
    private void giveBack(BulkheadPermits permits) {
        WatchedLoop loop = permits.hasConsumers() ? inUserCode("an event consumer of the bulkhead") : null;
        try {
            permits.giveBack();
        } finally {
            working(loop);
        }
    }

    /** Names what runs on this thread now, if that is a loop's. */
    private @Nullable WatchedLoop inUserCode(String what) {
        WatchedLoop loop = currentLoop.get();
        if (loop != null) {
            loop.inUserCode(what);
        }
        return loop;
    }

    private static void working(@Nullable WatchedLoop loop) {
        if (loop != null) {
            loop.working();
        }
    }
}
