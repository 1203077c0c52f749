package io.acceptor;

import io.acceptor.engine.HandOff;
import io.acceptor.engine.Settings;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.net.SocketOption;
import java.time.Duration;

/**
 * What every server of this library can be told. Each setter checks its value at once; what does not fit together is
 * reported when the server is started.
 *
 * <p>Not thread-safe. A builder can start several servers; each takes the settings as they are at that moment.
 *
 * @param <B> the builder's own type
 */
public abstract class AcceptorBuilder<B extends AcceptorBuilder<B>> {
    private final Settings.Draft draft;

    /** For the builders of this library. */
    protected AcceptorBuilder() {
        this(Settings.Draft.withDefaults());
    }

    /**
     * For the builders of this library.
     *
     * @param draft the defaults to start from
     */
    protected AcceptorBuilder(Settings.Draft draft) {
        this.draft = draft;
    }

    /**
     * The name in log lines, thread names and the {@code listener} tag of meters. Default: the address listened on.
     *
     * @param name not blank
     * @return this
     * @throws IllegalArgumentException if blank
     */
    public B name(String name) {
        draft.name(name);
        return self();
    }

    /**
     * The length asked for the kernel's accept queue. Default: 1,024, or {@code net.core.somaxconn} if that is less.
     *
     * <p>The kernel caps it at {@code net.core.somaxconn}; asking for more than that is warned about at start.
     *
     * @param backlog at least 1
     * @return this
     * @throws IllegalArgumentException if less
     */
    public B backlog(int backlog) {
        draft.backlog(backlog);
        return self();
    }

    /**
     * What is said to a client before it has spoken. Default: {@link Greeting#none()}.
     *
     * @param greeting the greeting
     * @return this
     */
    public B greeting(Greeting greeting) {
        draft.greeting(greeting);
        return self();
    }

    /**
     * How long a client may take until the greeting (or a refusal's reply) fits into the kernel's send buffer. Default: 10 s.
     *
     * @param timeout more than zero
     * @return this
     * @throws IllegalArgumentException if not
     */
    public B greetingTimeout(Duration timeout) {
        draft.greetingTimeout(timeout);
        return self();
    }

    /**
     * Hands a connection over when the client has sent its first byte, and ends it as {@link Outcome#SILENT_TIMEOUT} if that
     * takes longer. Probes and idlers never hold a worker. Default with a greeting: 60 s.
     *
     * @param timeout more than zero
     * @return this
     * @throws IllegalArgumentException if not
     * @throws IllegalStateException if {@link #settle} or {@link #handOffAtOnce} was chosen
     */
    public B awaitFirstByte(Duration timeout) {
        draft.handOff(HandOff.ON_FIRST_BYTE, timeout, "awaitFirstByte");
        return self();
    }

    /**
     * Hands a connection over after this time, or earlier when the client has sent its first byte; a probe is gone by then
     * and costs no worker. Default without a greeting: 5 ms.
     *
     * @param delay more than zero
     * @return this
     * @throws IllegalArgumentException if not
     * @throws IllegalStateException if {@link #awaitFirstByte} or {@link #handOffAtOnce} was chosen
     */
    public B settle(Duration delay) {
        draft.handOff(HandOff.SETTLED, delay, "settle");
        return self();
    }

    /**
     * Hands a connection over as soon as it is greeted, for servers that go on talking. Probes then take a worker each.
     *
     * @return this
     * @throws IllegalStateException if {@link #awaitFirstByte} or {@link #settle} was chosen
     */
    public B handOffAtOnce() {
        draft.handOff(HandOff.AT_ONCE, Duration.ofNanos(1), "handOffAtOnce");
        return self();
    }

    /**
     * How many connections may be open at once. Default: no limit but the descriptors. The same as a bulkhead of that size.
     *
     * @param max at least 1
     * @return this
     * @throws IllegalArgumentException if less
     * @throws IllegalStateException if a bulkhead is set
     */
    public B maxConnections(int max) {
        draft.maxConnections(max);
        return self();
    }

    /**
     * Limits the open connections with a bulkhead of yours, which may be shared between servers. One permit a connection,
     * from accept to end.
     *
     * @param bulkhead its {@code maxWaitDuration} must be zero, now and later: the loop must not park. If it is changed
     *     later, connections are refused and an error is logged until it is zero again.
     * @return this
     * @throws IllegalArgumentException if its maxWaitDuration is not zero
     * @throws IllegalStateException if maxConnections is set
     */
    public B bulkhead(Bulkhead bulkhead) {
        draft.bulkhead(bulkhead);
        return self();
    }

    /**
     * Limits the rate of connections. One permit for each client that was alive when looked at; probes that are seen to be
     * dead, or gone silently, take none.
     *
     * @param rateLimiter its {@code timeoutDuration} must be zero, now and later, as for {@link #bulkhead}
     * @return this
     * @throws IllegalArgumentException if its timeoutDuration is not zero
     */
    public B rateLimiter(RateLimiter rateLimiter) {
        draft.rateLimiter(rateLimiter);
        return self();
    }

    /**
     * Refuses clients while the handler fails too often. Looked at before greeting; the permission is taken when a worker
     * takes the connection. A return of the handler is a success (without a duration: long sessions are not slow calls),
     * {@link Outcome#HANDLER_FAILED} an error; every other end gives the permission back unused. A
     * {@link ResilientServerSocket}, which runs no handler, only looks whether it is open: report to it from your own code.
     *
     * @param circuitBreaker used as it is
     * @return this
     */
    public B circuitBreaker(CircuitBreaker circuitBreaker) {
        draft.circuitBreaker(circuitBreaker);
        return self();
    }

    /**
     * How many connections one source may have open at once: an IPv4 address, or an IPv6 /64 network (what one host gets).
     * Default: no limit. Leave room for the load balancer, whose address all its clients share.
     *
     * @param max at least 1
     * @return this
     * @throws IllegalArgumentException if less
     */
    public B maxConnectionsPerSource(int max) {
        draft.maxConnectionsPerSource(max);
        return self();
    }

    /**
     * Your own say in who is admitted, on the loop. Default: everyone.
     *
     * @param policy must not block
     * @return this
     */
    public B admission(AdmissionPolicy policy) {
        draft.policy(policy);
        return self();
    }

    /**
     * What clients refused for this reason get to see. Default: {@link Refusal#close()}. A policy's own refusals are its own.
     *
     * @param reason the reason
     * @param refusal what they see
     * @return this
     * @throws IllegalArgumentException for {@link Refusal#leaveInBacklog()} and a reason that needs the client to decide
     */
    public B refusal(RejectReason reason, Refusal refusal) {
        draft.refusal(reason, refusal);
        return self();
    }

    /**
     * Whether silence makes room: when the workers, the permitted connections ({@link #maxConnections}, {@link #bulkhead}) or the
     * descriptors have run out and somebody new comes who is alive, the connection that has been silent longest is closed, as
     * {@link Outcome#MADE_ROOM}. Default: true.
     *
     * <p>Such a one has not sent a byte, and was greeted (or accepted) at least a second ago; it has no worker yet, or its handler is in its
     * first read and has sent nothing since that began. One newcomer displaces at most one. Where there is none, the newcomer
     * is refused, or waits, as without this. Each of several loops looks at its own connections, and at those of all workers. Never with {@link #handOffAtOnce}, nor a socket that a drop-in's {@code accept()} has
     * returned; nor for those whom {@link Refusal#leaveInBacklog()} keeps in the kernel's queue, where nobody can see whether they
     * live.
     *
     * @param on false to keep silent connections, whoever comes
     * @return this
     */
    public B silentMakeRoom(boolean on) {
        draft.silentMakeRoom(on);
        return self();
    }

    /**
     * How long to pause after the n-th failed accept in a row (n counts from 1). Default: the first is free, then 50 ms,
     * doubling to 1.6 s, with jitter (Tomcat's steps). The pause ends early when one of our descriptors comes free.
     *
     * @param milliseconds gives the pause
     * @return this
     */
    public B acceptBackoff(IntervalFunction milliseconds) {
        draft.acceptBackoff(milliseconds);
        return self();
    }

    /**
     * A socket option for every connection, set when it is handed over, so that a probe costs none. Defaults: TCP_NODELAY
     * and SO_KEEPALIVE on.
     *
     * @param option an option that sockets of this platform have
     * @param value its value
     * @param <T> the value's type
     * @return this
     * @throws IllegalArgumentException if there is no such option here, or for SO_LINGER with a time: closing would wait on the
     *     loop
     */
    public <T> B option(SocketOption<T> option, T value) {
        draft.option(option, value);
        return self();
    }

    /**
     * Who hears about events. Default: nobody.
     *
     * @param listener called by a thread of its own
     * @return this
     */
    public B listener(AcceptorListener listener) {
        draft.listener(listener);
        return self();
    }

    /**
     * How long nothing may be taken, while connections wait, until that is reported as a stall. Default: 1 s for a loop;
     * 10 s for an application that does not call accept().
     *
     * @param threshold at least 100 ms
     * @return this
     * @throws IllegalArgumentException if less
     */
    public B stallThreshold(Duration threshold) {
        draft.stallThreshold(threshold);
        return self();
    }

    /**
     * This, as its own type.
     *
     * @return this
     */
    protected abstract B self();

    /**
     * The settings so far, for the engines of this library.
     *
     * @return shared with this builder
     */
    protected final Settings.Draft draft() {
        return draft;
    }
}
