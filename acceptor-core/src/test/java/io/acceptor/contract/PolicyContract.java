package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Admission;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The user's own code on the loop that says who is admitted: it may decide anything and fail in any way. */
public abstract class PolicyContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";

    private static ServerSpec admitting(AdmissionPolicy policy) {
        return ServerSpec.doing(Behaviours.echo()).greeting(GREETING).with(builder -> builder.admission(policy));
    }

    /** Treats the first client so, admits the others. */
    private static AdmissionPolicy first(AdmissionPolicy policy) {
        AtomicBoolean later = new AtomicBoolean();
        return peer -> later.getAndSet(true) ? Admission.admit() : policy.decide(peer);
    }

    private void assertServed(RunningServer server) throws IOException {
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(client.ask("x", "x")).isEqualTo("x");
    }

    @Test
    void itSeesWhoIsComing() throws IOException {
        Queue<Peer> seen = new ConcurrentLinkedQueue<>();
        RunningServer server = start(admitting(peer -> {
            seen.add(peer);
            return Admission.admit();
        }));
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(seen).singleElement().satisfies(peer -> {
            assertThat(peer.remoteAddress().getPort()).isEqualTo(client.port());
            assertThat(peer.localAddress()).isEqualTo(server.address());
        });
    }

    static Stream<Arguments> rejections() {
        return Stream.of(
                Arguments.of("rejects with close", AdmissionPolicyOf.rejecting(Refusal.close()), "", false),
                Arguments.of("rejects with reset", AdmissionPolicyOf.rejecting(Refusal.reset()), "", true),
                Arguments.of(
                        "rejects with a reply",
                        AdmissionPolicyOf.rejecting(Refusal.reply("go away".getBytes(US_ASCII))),
                        "go away",
                        false),
                Arguments.of(
                        "throws",
                        AdmissionPolicyOf.throwing(new IllegalStateException("on purpose")),
                        "configured",
                        false),
                Arguments.of(
                        "throws an Error",
                        AdmissionPolicyOf.throwing(new StackOverflowError("on purpose")),
                        "configured",
                        false),
                Arguments.of("gives null", (AdmissionPolicy) peer -> null, "configured", false),
                Arguments.of(
                        "is two, the second rejects",
                        ((AdmissionPolicy) peer -> Admission.admit())
                                .and(AdmissionPolicyOf.rejecting(Refusal.reply("second".getBytes(US_ASCII)))),
                        "second",
                        false));
    }

    /** Policies for the table above. */
    private interface AdmissionPolicyOf {
        static AdmissionPolicy rejecting(Refusal refusal) {
            return peer -> Admission.reject(refusal);
        }

        static AdmissionPolicy throwing(Throwable failure) {
            return peer -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            };
        }
    }

    @ParameterizedTest(name = "that {0}")
    @MethodSource("rejections")
    void aPolicyRefusesOneClientAndTheNextIsServed(String name, AdmissionPolicy policy, String text, boolean reset)
            throws IOException {
        RunningServer server = start(admitting(first(policy))
                .with(builder -> builder.refusal(RejectReason.POLICY, Refusal.reply("configured".getBytes(US_ASCII)))));
        Client.Ending ending = connect(server).readToEnd();
        assertThat(ending.text()).isEqualTo(text);
        assertThat(ending.reset()).isEqualTo(reset);
        awaitRejection(server, RejectReason.POLICY);
        assertServed(server);
    }

    @Test
    void anInterruptItLeavesBehindIsTakenFromTheLoop() throws IOException {
        Queue<Boolean> interruptedBefore = new ConcurrentLinkedQueue<>();
        HeldLoops loops = heldLoops();
        RunningServer server = start(admitting(peer -> {
            interruptedBefore.add(Thread.currentThread().isInterrupted());
            loops.hold();
            Thread.currentThread().interrupt();
            return Admission.admit();
        }));
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        for (int i = 0; i < 10; i++) {
            clients.add(connect(server)); // several for one turn of the loop
        }
        loops.release();
        for (Client client : clients) {
            assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        }
        assertThat(interruptedBefore).hasSameSizeAs(clients).containsOnly(false);
    }

    @Test
    void whoIsRefusedByItTakesNoRatePermitAndKeepsNoOther() throws IOException {
        Bulkhead bulkhead = Bulkhead.of(
                "test",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(2)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        RateLimiter rate = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(100)
                        .limitRefreshPeriod(Duration.ofDays(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
        RunningServer server = start(admitting(peer -> Admission.reject(Refusal.close()))
                .with(builder -> builder.bulkhead(bulkhead).rateLimiter(rate).maxConnectionsPerSource(2)));
        for (long i = 1; i <= 10; i++) {
            connect(server).readToEnd();
            awaitRejections(server, RejectReason.POLICY, i);
        }
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(2);
        assertThat(rate.getMetrics().getAvailablePermissions()).isEqualTo(100);
    }

    // ---- Resilience4j's event consumers run on the loop too

    @Test
    void aBulkheadsEventConsumersMayThrow() throws IOException {
        Bulkhead bulkhead = Bulkhead.of(
                "test",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(1)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        RunningServer server = start(
                ServerSpec.doing(Behaviours.echo()).greeting(GREETING).with(builder -> builder.bulkhead(bulkhead)));
        AtomicBoolean throwing = new AtomicBoolean(true);
        bulkhead.getEventPublisher().onEvent(event -> {
            if (throwing.get()) {
                throw new IllegalStateException("on purpose");
            }
        });
        for (int i = 0; i < 3; i++) {
            Client client = connect(server);
            client.finish().readToEnd(); // admitted or not: it hears of it
        }
        soon().until(() -> server.stats().active() == 0);
        throwing.set(false);
        assertThat(server.stats().accepted()).isEqualTo(3);
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
        assertServed(server);
    }

    @Test
    void aRateLimitersEventConsumersMayThrow() throws IOException {
        RateLimiter rate = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(2)
                        .limitRefreshPeriod(Duration.ofDays(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
        RunningServer server = start(
                ServerSpec.doing(Behaviours.echo()).greeting(GREETING).with(builder -> builder.rateLimiter(rate)));
        rate.getEventPublisher().onEvent(event -> {
            throw new AssertionError("on purpose");
        });
        for (int i = 0; i < 4; i++) {
            connect(server).send("x").finish().readToEnd(); // admitted or not: it hears of it
        }
        soon().until(() -> server.stats().active() == 0);
        assertThat(server.stats().accepted()).isEqualTo(4);
        assertThat(server.health().live()).isTrue();
    }

    @Test
    void aBreakersEventConsumersMayThrow() throws IOException {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        breaker.getEventPublisher().onEvent(event -> {
            throw new AssertionError("on purpose");
        });
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder -> builder.circuitBreaker(breaker)));
        assertServed(server);
        breaker.transitionToForcedOpenState();
        assertThat(connect(server).readToEnd().bytes()).isEmpty();
        awaitRejection(server, RejectReason.BREAKER_OPEN);
    }
}
