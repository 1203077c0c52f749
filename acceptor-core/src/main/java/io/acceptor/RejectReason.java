package io.acceptor;

/** Why a connection was {@linkplain Outcome#REJECTED rejected}. */
public enum RejectReason {
    /** The limit of open connections ({@code maxConnections} or {@code bulkhead}) is reached. */
    MAX_CONNECTIONS(true),
    /** The {@code rateLimiter} had no permission left. */
    RATE(true),
    /** This client has as many connections open as one source may have. */
    SOURCE_LIMIT(false),
    /** The {@code circuitBreaker} is open. */
    BREAKER_OPEN(true),
    /** The listener is closing. */
    DRAINING(false),
    /** The process or the machine is out of descriptors; the reserve descriptor was used to say so. */
    DESCRIPTORS(false),
    /**
     * No worker: {@code maxPending} (or the drop-in's {@code queueSize}) is full, or the executor refused, ran the claim on the
     * loop, or did not run it within {@code handoffTimeout}.
     */
    WORKERS(false),
    /**
     * Where a PROXY protocol header is required, something else came, or one that is wrong or was not whole in its time. Only with
     * {@code acceptor-netty}.
     */
    PROXY_HEADER(false),
    /** Where a PROXY protocol header is required, nothing came in its time. Only with {@code acceptor-netty}. */
    PROXY_HEADER_MISSING(false),
    /** The application does not take connections any more. */
    STALLED(false),
    /** The user's {@link AdmissionPolicy} said no, threw, or gave null. */
    POLICY(false);

    private final boolean decidableInBacklog;

    RejectReason(boolean decidableInBacklog) {
        this.decidableInBacklog = decidableInBacklog;
    }

    /**
     * Whether this can be decided before a connection is accepted, so that {@link Refusal#leaveInBacklog()} is possible.
     *
     * @return true for limits that need not know the client
     */
    public boolean isDecidableInBacklog() {
        return decidableInBacklog;
    }
}
