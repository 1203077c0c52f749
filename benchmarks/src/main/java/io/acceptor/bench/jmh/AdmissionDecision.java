package io.acceptor.bench.jmh;

import io.acceptor.Admission;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Rejection;
import io.acceptor.engine.Settings;
import io.acceptor.engine.Ticket;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to decide about a connection, and to give its permits back? It is in the books before and ended after it, as any
 * connection; what that costs alone is {@link OutcomeAccounting}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AdmissionDecision {
    private static final String NONE = "none";
    private static final int MANY = 1_000;
    private static final int UNREACHED = 1_000_000_000;

    /** Which limits there are. */
    @Param({NONE, "connections", "source", "rate", "breaker", "policy", "three-policies", "all", "refusing"})
    public String limits = "";

    private AcceptorContext context;
    private Peer peer;

    /** Made by JMH. */
    @SuppressWarnings("NullAway.Init")
    public AdmissionDecision() {}

    /** Sets the limits. */
    @Setup
    public void configure() {
        Settings.Draft draft = Settings.Draft.withDefaults();
        boolean all = limits.equals("all");
        if (all || limits.equals("connections")) {
            draft.maxConnections(MANY);
        }
        if (all || limits.equals("source")) {
            draft.maxConnectionsPerSource(MANY);
        }
        if (all || limits.equals("rate")) {
            draft.rateLimiter(unreached());
        }
        if (all || limits.equals("breaker")) {
            draft.circuitBreaker(CircuitBreaker.ofDefaults("benchmark"));
        }
        AdmissionPolicy yes = any -> Admission.admit();
        if (all || limits.equals("policy")) {
            draft.policy(yes);
        }
        if (limits.equals("three-policies")) {
            draft.policy(yes.and(any -> Admission.admit()).and(any -> Admission.admit()));
        }
        if (limits.equals("refusing")) {
            draft.policy(any -> Admission.reject(Refusal.close()));
        }
        context = Contexts.of(draft);
        peer = new Peer(Contexts.REMOTE, Contexts.LOCAL);
    }

    private static RateLimiter unreached() {
        return RateLimiter.of(
                "benchmark",
                RateLimiterConfig.custom()
                        .timeoutDuration(Duration.ZERO)
                        .limitForPeriod(UNREACHED)
                        .build());
    }

    /**
     * One connection, in the books, decided about, and ended.
     *
     * @return the decision
     */
    @Benchmark
    public @Nullable Rejection decide() {
        Ticket ticket = context.accepted(peer);
        Rejection refused = context.admission().admit(ticket, false);
        if (refused == null) {
            ticket.end(Outcome.CLOSED_SILENTLY, null);
        } else {
            ticket.end(Outcome.REJECTED, refused.reason());
        }
        return refused;
    }
}
