package io.acceptor.engine;

import io.acceptor.AcceptorListener;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.queue.AcceptQueue;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a server was told, checked and frozen.
 *
 * @param name the listener's name
 * @param greeting what is said first
 * @param timing how long things may take
 * @param limits who is admitted
 * @param backoff pause in milliseconds after the n-th failed accept
 * @param options for each connection
 * @param listener who hears of events, or null
 */
public record Settings(
        String name,
        Greeting greeting,
        Timing timing,
        Limits limits,
        IntervalFunction backoff,
        Map<SocketOption<?>, Object> options,
        @Nullable AcceptorListener listener) {

    /**
     * How long things may take, in nanoseconds.
     *
     * @param handOff when a connection goes to a worker
     * @param handOffNanos the deadline or delay that belongs to it
     * @param greetingTimeoutNanos until the greeting is in the kernel's buffer
     * @param stallThresholdNanos until something that does not move is a stall
     * @param handler for a handler, from its claim on
     */
    public record Timing(
            HandOff handOff,
            long handOffNanos,
            long greetingTimeoutNanos,
            long stallThresholdNanos,
            HandlerLimits handler) {}

    /**
     * How long a handler may wait for its client.
     *
     * @param firstRequestNanos from the claim to the answer, while somebody waits for a worker; or {@link #NEVER}
     * @param readMillis each read, unless its user sets another time; 0 for no limit
     * @param conversationNanos from the claim to the end; or {@link #NEVER}
     */
    public record HandlerLimits(long firstRequestNanos, int readMillis, long conversationNanos) {
        /** No limit. */
        public static final long NEVER = Long.MAX_VALUE;
    }

    /** Whether the connection that has been silent longest is closed for a newcomer; never where silent ones are handed over at once. */
    public boolean silentMakeRoom() {
        return limits.silentMakeRoom() && timing.handOff() != HandOff.AT_ONCE;
    }

    /** The same under another name, with the same limits: what one of several listeners is told. */
    public Settings named(String other) {
        return new Settings(other, greeting, timing, limits, backoff, options, listener);
    }

    /** What the builders write into; checks each value when it is set. */
    public static final class Draft {
        /** Enough for a burst of a thousand; the kernel's own default cap has been 4,096 since Linux 5.4. */
        static final int DEFAULT_BACKLOG = 1024;

        static final Duration DEFAULT_SETTLE = Duration.ofMillis(5);
        static final Duration DEFAULT_FIRST_BYTE = Duration.ofSeconds(60);
        /** Below this a garbage collection would pass for a stall. */
        static final Duration MIN_STALL_THRESHOLD = Duration.ofMillis(100);

        private @Nullable String name;
        private int backlog;
        private Greeting greeting = Greeting.none();
        private Duration greetingTimeout = Duration.ofSeconds(10);
        private Duration firstRequestTimeout = Duration.ZERO;
        private Duration readTimeout = Duration.ZERO;
        private Duration conversationTimeout = Duration.ZERO;
        private @Nullable HandOff handOff;
        private String handOffSetter = "";
        private Duration handOffTime = Duration.ZERO;
        private @Nullable Duration stallThreshold;
        private int maxConnections;
        private @Nullable Bulkhead bulkhead;
        private @Nullable RateLimiter rateLimiter;
        private @Nullable CircuitBreaker circuitBreaker;
        private int perSource = Limits.UNLIMITED;
        private @Nullable AdmissionPolicy policy;
        private final Map<RejectReason, Refusal> refusals = new EnumMap<>(RejectReason.class);
        private boolean silentMakeRoom = true;
        private IntervalFunction backoff = AcceptFailures.DEFAULT_BACKOFF;
        private final Map<SocketOption<?>, Object> options;
        private @Nullable AcceptorListener listener;

        private Draft(Map<SocketOption<?>, Object> options) {
            this.options = options;
        }

        /** Starts from the defaults. */
        public static Draft withDefaults() {
            Map<SocketOption<?>, Object> options = new LinkedHashMap<>();
            options.put(StandardSocketOptions.TCP_NODELAY, true);
            options.put(StandardSocketOptions.SO_KEEPALIVE, true);
            return new Draft(options);
        }

        /** Starts from the defaults, but with no socket option: somebody else sets those. */
        public static Draft withoutOptions() {
            return new Draft(new LinkedHashMap<>());
        }

        public void name(String value) {
            if (Objects.requireNonNull(value, "name").isBlank()) {
                throw new IllegalArgumentException("name must not be blank, was \"" + value + "\"");
            }
            name = value;
        }

        public void backlog(int value) {
            backlog = Checks.atLeast(1, value, "backlog");
        }

        public void greeting(Greeting value) {
            greeting = Objects.requireNonNull(value, "greeting");
        }

        public void greetingTimeout(Duration value) {
            greetingTimeout = Checks.positive(value, "greetingTimeout");
        }

        /** 0 is none. */
        public void firstRequestTimeout(Duration value) {
            firstRequestTimeout = Checks.notNegative(value, "firstRequestTimeout");
        }

        /** 0 is none. */
        public void readTimeout(Duration value) {
            readTimeout = Checks.notNegative(value, "readTimeout");
        }

        /** 0 is none. */
        public void conversationTimeout(Duration value) {
            conversationTimeout = Checks.notNegative(value, "conversationTimeout");
        }

        /** One of three ways to hand over; the setter's name is for the message. */
        public void handOff(HandOff way, Duration time, String setter) {
            if (handOff != null && handOff != way) {
                throw new IllegalStateException(setter + " and " + handOffSetter
                        + " exclude each other: they say when a connection goes to a worker");
            }
            handOffTime = Checks.positive(time, setter);
            handOff = way;
            handOffSetter = setter;
        }

        public void maxConnections(int value) {
            Checks.atLeast(1, value, "maxConnections");
            oneBulkhead(value, bulkhead);
            maxConnections = value;
        }

        public void bulkhead(Bulkhead value) {
            Objects.requireNonNull(value, "bulkhead");
            Duration wait = value.getBulkheadConfig().getMaxWaitDuration();
            if (!wait.isZero()) {
                throw new IllegalArgumentException("bulkhead '" + value.getName()
                        + "' must have maxWaitDuration 0, or it would park the accept loop; was " + wait);
            }
            oneBulkhead(maxConnections, value);
            bulkhead = value;
        }

        private static void oneBulkhead(int max, @Nullable Bulkhead own) {
            if (own != null && max > 0) {
                throw new IllegalStateException("maxConnections (" + max + ") and bulkhead ('" + own.getName()
                        + "') exclude each other: both limit the open connections");
            }
        }

        public void rateLimiter(RateLimiter value) {
            Objects.requireNonNull(value, "rateLimiter");
            Duration wait = value.getRateLimiterConfig().getTimeoutDuration();
            if (!wait.isZero()) {
                throw new IllegalArgumentException("rateLimiter '" + value.getName()
                        + "' must have timeoutDuration 0, or it would park the accept loop; was " + wait);
            }
            rateLimiter = value;
        }

        public void circuitBreaker(CircuitBreaker value) {
            circuitBreaker = Objects.requireNonNull(value, "circuitBreaker");
        }

        public void maxConnectionsPerSource(int value) {
            perSource = Checks.atLeast(1, value, "maxConnectionsPerSource");
        }

        public void policy(AdmissionPolicy value) {
            policy = Objects.requireNonNull(value, "admission");
        }

        public void refusal(RejectReason reason, Refusal refusal) {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(refusal, "refusal");
            if (refusal.leavesInBacklog() && !reason.isDecidableInBacklog()) {
                throw new IllegalArgumentException("refusal for " + reason
                        + " cannot be leaveInBacklog(): it is known only when the connection was accepted");
            }
            refusals.put(reason, refusal);
        }

        public void silentMakeRoom(boolean value) {
            silentMakeRoom = value;
        }

        public void acceptBackoff(IntervalFunction value) {
            backoff = Objects.requireNonNull(value, "acceptBackoff");
        }

        public <T> void option(SocketOption<T> option, T value) {
            Checks.option(option, value);
            if (StandardSocketOptions.SO_LINGER.equals(option) && (Integer) value >= 0) {
                throw new IllegalArgumentException("option SO_LINGER must be -1, was " + value
                        + ": closing would wait on the accept loop; a handler may set it on its own socket");
            }
            options.put(option, value);
        }

        /** Somebody else sets the option of this name. */
        public void withoutOption(String option) {
            options.keySet().removeIf(set -> set.name().equals(option));
        }

        public void listener(AcceptorListener value) {
            listener = Objects.requireNonNull(value, "listener");
        }

        public void stallThreshold(Duration value) {
            if (Objects.requireNonNull(value, "stallThreshold").compareTo(MIN_STALL_THRESHOLD) < 0) {
                throw new IllegalArgumentException(
                        "stallThreshold must be at least " + MIN_STALL_THRESHOLD.toMillis() + " ms, was " + value);
            }
            stallThreshold = value;
        }

        /** How many loops may accept, of so many asked for: one if a limit is to leave connections in the backlog. */
        public int accepting(int asked) {
            return Limits.mayLeaveInBacklog(refusals) ? 1 : asked;
        }

        /** The backlog to listen with. */
        public int effectiveBacklog() {
            return backlogOr(Math.min(DEFAULT_BACKLOG, AcceptQueue.somaxconn().orElse(DEFAULT_BACKLOG)));
        }

        /** The backlog that was set, or another one if none was. */
        public int backlogOr(int other) {
            return backlog > 0 ? backlog : other;
        }

        /**
         * The settings as they are now.
         *
         * @param defaultName if none was set
         * @param defaultStallThreshold if none was set
         */
        public Settings freeze(String defaultName, Duration defaultStallThreshold) {
            String listenerName = name == null ? defaultName : name;
            Duration stall = stallThreshold == null ? defaultStallThreshold : stallThreshold;
            return new Settings(
                    listenerName,
                    greeting,
                    timing(stall),
                    limits(listenerName),
                    backoff,
                    Collections.unmodifiableMap(new LinkedHashMap<>(options)),
                    listener);
        }

        private Timing timing(Duration stall) {
            boolean greets = !greeting.isNone();
            HandOff way = handOff != null ? handOff : greets ? HandOff.ON_FIRST_BYTE : HandOff.SETTLED;
            Duration time = handOff != null ? handOffTime : greets ? DEFAULT_FIRST_BYTE : DEFAULT_SETTLE;
            return new Timing(
                    way, Checks.nanos(time), Checks.nanos(greetingTimeout), Checks.nanos(stall), handlerLimits());
        }

        private HandlerLimits handlerLimits() {
            return new HandlerLimits(
                    nanosOrNever(firstRequestTimeout), millis(readTimeout), nanosOrNever(conversationTimeout));
        }

        private static long nanosOrNever(Duration limit) {
            return limit.isZero() ? HandlerLimits.NEVER : Checks.nanos(limit);
        }

        /** Rounded up: what is more than 0 must not turn into none. */
        private static int millis(Duration limit) {
            long millis = TimeUnit.NANOSECONDS.toMillis(Checks.nanos(limit) + 999_999);
            return (int) Math.min(Integer.MAX_VALUE, millis);
        }

        private Limits limits(String listenerName) {
            Bulkhead open = bulkhead;
            if (maxConnections > 0) {
                open = Bulkhead.of(
                        listenerName,
                        BulkheadConfig.custom()
                                .maxConcurrentCalls(maxConnections)
                                .maxWaitDuration(Duration.ZERO)
                                .build());
            }
            return new Limits(open, rateLimiter, circuitBreaker, perSource, policy, refusals, silentMakeRoom);
        }
    }
}
