package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorBuilder;
import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.ResilientServerSocket;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever cannot be meant is refused where it is set, by a message with what, where and the value. */
@Timeout(60)
class WrongSettingsIT {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;

    private static final Bulkhead PARKING_BULKHEAD = Bulkhead.of(
            "slow",
            BulkheadConfig.custom().maxWaitDuration(Duration.ofMillis(7)).build());
    private static final Bulkhead BULKHEAD = Bulkhead.ofDefaults("other");
    private static final RateLimiter PARKING_LIMITER = RateLimiter.of(
            "slow",
            RateLimiterConfig.custom().timeoutDuration(Duration.ofMillis(7)).build());

    /** A setting of either builder. */
    private interface Setting {
        void on(AcceptorBuilder<?> builder) throws Exception;
    }

    private static Arguments wrong(String call, Setting setting, Class<? extends Exception> kind, String... words) {
        return Arguments.of(call, setting, kind, words);
    }

    static Stream<Arguments> everySettingOfBoth() {
        Refusal leave = Refusal.leaveInBacklog();
        return Stream.of(
                wrong("name(null)", each -> each.name(null), NULL, "name"),
                wrong("name(empty)", each -> each.name(""), ARGUMENT, "name must not be blank", "\"\""),
                wrong("name(blank)", each -> each.name(" \t"), ARGUMENT, "name must not be blank", "\" \t\""),
                wrong("backlog(0)", each -> each.backlog(0), ARGUMENT, "backlog must be at least 1, was 0"),
                wrong("backlog(-1)", each -> each.backlog(-1), ARGUMENT, "backlog must be at least 1, was -1"),
                wrong("greeting(null)", each -> each.greeting(null), NULL, "greeting"),
                wrong("greetingTimeout(null)", each -> each.greetingTimeout(null), NULL, "greetingTimeout"),
                wrong(
                        "greetingTimeout(0)",
                        each -> each.greetingTimeout(Duration.ZERO),
                        ARGUMENT,
                        "greetingTimeout must be more than 0, was PT0S"),
                wrong(
                        "greetingTimeout(-1 s)",
                        each -> each.greetingTimeout(Duration.ofSeconds(-1)),
                        ARGUMENT,
                        "greetingTimeout must be more than 0, was PT-1S"),
                wrong("awaitFirstByte(null)", each -> each.awaitFirstByte(null), NULL, "awaitFirstByte"),
                wrong(
                        "awaitFirstByte(0)",
                        each -> each.awaitFirstByte(Duration.ZERO),
                        ARGUMENT,
                        "awaitFirstByte must be more than 0, was PT0S"),
                wrong("settle(null)", each -> each.settle(null), NULL, "settle"),
                wrong(
                        "settle(0)",
                        each -> each.settle(Duration.ZERO),
                        ARGUMENT,
                        "settle must be more than 0, was PT0S"),
                wrong(
                        "settle, then awaitFirstByte",
                        each -> each.settle(Duration.ofMillis(1)).awaitFirstByte(Duration.ofSeconds(1)),
                        STATE,
                        "awaitFirstByte",
                        "settle"),
                wrong(
                        "awaitFirstByte, then handOffAtOnce",
                        each -> each.awaitFirstByte(Duration.ofSeconds(1)).handOffAtOnce(),
                        STATE,
                        "handOffAtOnce",
                        "awaitFirstByte"),
                wrong(
                        "handOffAtOnce, then settle",
                        each -> each.handOffAtOnce().settle(Duration.ofMillis(1)),
                        STATE,
                        "settle",
                        "handOffAtOnce"),
                wrong(
                        "maxConnections(0)",
                        each -> each.maxConnections(0),
                        ARGUMENT,
                        "maxConnections must be at least 1, was 0"),
                wrong("bulkhead(null)", each -> each.bulkhead(null), NULL, "bulkhead"),
                wrong(
                        "bulkhead that parks",
                        each -> each.bulkhead(PARKING_BULKHEAD),
                        ARGUMENT,
                        "bulkhead 'slow'",
                        "maxWaitDuration",
                        "PT0.007S"),
                wrong(
                        "maxConnections, then bulkhead",
                        each -> each.maxConnections(9).bulkhead(BULKHEAD),
                        STATE,
                        "maxConnections (9)",
                        "bulkhead ('other')"),
                wrong(
                        "bulkhead, then maxConnections",
                        each -> each.bulkhead(BULKHEAD).maxConnections(9),
                        STATE,
                        "maxConnections (9)",
                        "bulkhead ('other')"),
                wrong("rateLimiter(null)", each -> each.rateLimiter(null), NULL, "rateLimiter"),
                wrong(
                        "rateLimiter that parks",
                        each -> each.rateLimiter(PARKING_LIMITER),
                        ARGUMENT,
                        "rateLimiter 'slow'",
                        "timeoutDuration",
                        "PT0.007S"),
                wrong("circuitBreaker(null)", each -> each.circuitBreaker(null), NULL, "circuitBreaker"),
                wrong(
                        "maxConnectionsPerSource(0)",
                        each -> each.maxConnectionsPerSource(0),
                        ARGUMENT,
                        "maxConnectionsPerSource must be at least 1, was 0"),
                wrong("admission(null)", each -> each.admission(null), NULL, "admission"),
                wrong("refusal(null, close)", each -> each.refusal(null, Refusal.close()), NULL, "reason"),
                wrong("refusal(RATE, null)", each -> each.refusal(RejectReason.RATE, null), NULL, "refusal"),
                wrong(
                        "refusal(SOURCE_LIMIT, leaveInBacklog)",
                        each -> each.refusal(RejectReason.SOURCE_LIMIT, leave),
                        ARGUMENT,
                        "refusal for SOURCE_LIMIT",
                        "leaveInBacklog"),
                wrong(
                        "refusal(DESCRIPTORS, leaveInBacklog)",
                        each -> each.refusal(RejectReason.DESCRIPTORS, leave),
                        ARGUMENT,
                        "refusal for DESCRIPTORS",
                        "leaveInBacklog"),
                wrong("acceptBackoff(null)", each -> each.acceptBackoff(null), NULL, "acceptBackoff"),
                wrong("option(null, 1)", each -> each.option(null, 1), NULL, "option"),
                wrong(
                        "option(SO_RCVBUF, -1)",
                        each -> each.option(StandardSocketOptions.SO_RCVBUF, -1),
                        ARGUMENT,
                        "option SO_RCVBUF",
                        "-1"),
                wrong(
                        "option(TCP_NODELAY, null)",
                        each -> each.option(StandardSocketOptions.TCP_NODELAY, null),
                        ARGUMENT,
                        "option TCP_NODELAY",
                        "null"),
                wrong(
                        "option(IP_MULTICAST_TTL, 1)",
                        each -> each.option(StandardSocketOptions.IP_MULTICAST_TTL, 1),
                        ARGUMENT,
                        "option IP_MULTICAST_TTL"),
                wrong(
                        "option(of our own, 1)",
                        each -> each.option(new UnknownOption(), 1),
                        ARGUMENT,
                        "option SO_UNHEARD_OF"),
                wrong("listener(null)", each -> each.listener(null), NULL, "listener"),
                wrong("stallThreshold(null)", each -> each.stallThreshold(null), NULL, "stallThreshold"),
                wrong(
                        "stallThreshold(99 ms)",
                        each -> each.stallThreshold(Duration.ofMillis(99)),
                        ARGUMENT,
                        "stallThreshold must be at least 100 ms, was PT0.099S"));
    }

    private record UnknownOption() implements SocketOption<Integer> {
        @Override
        public String name() {
            return "SO_UNHEARD_OF";
        }

        @Override
        public Class<Integer> type() {
            return Integer.class;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void everySettingOfBoth(String call, Setting setting, Class<? extends Exception> kind, String[] words) {
        for (AcceptorBuilder<?> builder :
                new AcceptorBuilder<?>[] {Acceptor.builder(), ResilientServerSocket.builder()}) {
            assertRefused(call, () -> setting.on(builder), kind, words);
        }
    }

    @Test
    void noSettingOfBothIsLeftOut() {
        Set<String> settings = new TreeSet<>();
        for (Method method : AcceptorBuilder.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isBridge() && canBeWrong(method)) {
                settings.add(method.getName());
            }
        }
        Set<String> covered = new TreeSet<>();
        everySettingOfBoth()
                .forEach(arguments -> covered.add(((String) arguments.get()[0]).split("[( ,]", -1)[0]));
        assertThat(covered).containsAll(settings);
    }

    /** A switch is on or off. */
    private static boolean canBeWrong(Method setting) {
        return setting.getParameterCount() > 0 && setting.getParameterTypes()[0] != boolean.class;
    }

    /** Something that is refused. */
    private interface Call {
        void run() throws Exception;
    }

    private static void assertRefused(String call, Call what, Class<? extends Exception> kind, String... words) {
        assertThat(catchThrowable(what::run))
                .as(call)
                .isExactlyInstanceOf(kind)
                .message()
                .isNotNull()
                .contains(words);
    }

    private static Arguments refused(String call, Call what, Class<? extends Exception> kind, String... words) {
        return Arguments.of(call, what, kind, words);
    }

    static Stream<Arguments> everythingElse() {
        Duration day = Duration.ofDays(1);
        return Stream.of(
                refused("handler(null)", () -> Acceptor.builder().handler(null), NULL, "handler"),
                refused("executor(null)", () -> Acceptor.builder().executor(null), NULL, "executor"),
                refused("handoffTimeout(null)", () -> Acceptor.builder().handoffTimeout(null), NULL, "handoffTimeout"),
                refused(
                        "handoffTimeout(0)",
                        () -> Acceptor.builder().handoffTimeout(Duration.ZERO),
                        ARGUMENT,
                        "handoffTimeout must be more than 0, was PT0S"),
                refused(
                        "maxPending(0)",
                        () -> Acceptor.builder().maxPending(0),
                        ARGUMENT,
                        "maxPending must be at least 1, was 0"),
                refused(
                        "acceptors(0)",
                        () -> Acceptor.builder().acceptors(0),
                        ARGUMENT,
                        "acceptors must be at least 1, was 0"),
                refused(
                        "queueSize(0)",
                        () -> ResilientServerSocket.builder().queueSize(0),
                        ARGUMENT,
                        "queueSize must be at least 1, was 0"),
                refused("start without a handler", () -> Acceptor.builder().start(0), STATE, "handler", "missing"),
                refused("start(-1)", () -> handled().start(-1), ARGUMENT, "port must be 0 to 65535, was -1"),
                refused("start(65536)", () -> handled().start(65_536), ARGUMENT, "port must be 0 to 65535, was 65536"),
                refused(
                        "new ResilientServerSocket(-1)",
                        () -> new ResilientServerSocket(-1),
                        ARGUMENT,
                        "port must be 0 to 65535, was -1"),
                refused("Greeting.of(null)", () -> Greeting.of(null), NULL, "bytes"),
                refused("Greeting.of(nothing)", () -> Greeting.of(new byte[0]), ARGUMENT, "greeting", "0", "none()"),
                refused("Greeting.of(\"\")", () -> Greeting.of("", US_ASCII), ARGUMENT, "greeting", "0", "none()"),
                refused("perConnection(null)", () -> Greeting.perConnection(null), NULL, "supplier"),
                refused("reply(null)", () -> Refusal.reply(null), NULL, "bytes"),
                refused("reply(nothing)", () -> Refusal.reply(new byte[0]), ARGUMENT, "reply", "0", "close()"),
                refused("reject(null)", () -> Admission.reject(null), NULL, "refusal"),
                refused(
                        "reject(leaveInBacklog)",
                        () -> Admission.reject(Refusal.leaveInBacklog()),
                        ARGUMENT,
                        "leaveInBacklog"),
                refused(
                        "drain(-1, 0)",
                        () -> drain(day.negated(), Duration.ZERO),
                        ARGUMENT,
                        "lameDuck must not be negative, was PT-24H"),
                refused(
                        "drain(0, -1)",
                        () -> drain(Duration.ZERO, day.negated()),
                        ARGUMENT,
                        "grace must not be negative, was PT-24H"));
    }

    private static Acceptor.Builder handled() {
        return Acceptor.builder().handler(connection -> {});
    }

    private static void drain(Duration lameDuck, Duration grace) throws Exception {
        try (Acceptor acceptor = handled().start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            try {
                acceptor.drain(lameDuck, grace);
            } finally {
                assertThat(acceptor.health().ready())
                        .as("ready after a drain that was refused")
                        .isTrue();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void everythingElse(String call, Call what, Class<? extends Exception> kind, String[] words) {
        assertRefused(call, what, kind, words);
    }

    @Test
    void oneValueMayBeSetAgain() throws Exception {
        try (Acceptor acceptor = handled()
                .name("first")
                .name("second")
                .settle(Duration.ofMillis(1))
                .settle(Duration.ofMillis(2))
                .maxConnections(1)
                .maxConnections(2)
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThat(acceptor.name()).isEqualTo("second");
        }
    }

    @Test
    void aValueThatWasRefusedIsNotKept() throws Exception {
        Acceptor.Builder builder = handled().maxConnections(5);
        assertThatExceptionOfType(STATE).isThrownBy(() -> builder.bulkhead(BULKHEAD));
        assertThatExceptionOfType(ARGUMENT).isThrownBy(() -> builder.maxConnections(0));
        builder.maxConnections(6);
        try (Acceptor acceptor = builder.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThat(acceptor.health().ready()).isTrue();
        }
    }

    /** For ever is a lot of nanoseconds. */
    @Test
    void veryLongDurationsAreTaken() throws Exception {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        try (Acceptor acceptor = handled()
                        .greeting(Greeting.of("hello\n", US_ASCII))
                        .greetingTimeout(ever)
                        .awaitFirstByte(ever)
                        .handoffTimeout(ever)
                        .stallThreshold(ever)
                        .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Peers.Client client = Peers.connect(acceptor.localAddress().getPort())) {
            assertThat(client.hear(6)).isEqualTo("hello\n");
            assertThat(client.say("x").hearAll()).isEmpty();
        }
    }
}
