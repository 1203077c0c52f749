package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A circuit breaker learns from handlers, never from clients that leave, and keeps clients away while it is open. */
public abstract class BreakerContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    private static final String FAIL = "f";
    private static final String WORK = "w";

    private final CircuitBreaker breaker = breaker(1);

    /** Opens at the first failure; tries again only when the test says so. */
    private static CircuitBreaker breaker(int trials) {
        return CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(1)
                        .failureRateThreshold(1)
                        .slowCallRateThreshold(1)
                        .slowCallDurationThreshold(Duration.ofNanos(1))
                        .permittedNumberOfCallsInHalfOpenState(trials)
                        .waitDurationInOpenState(Duration.ofDays(1))
                        .build());
    }

    /** Echoes one byte, or fails if it is an f. */
    private static final Behaviour WORKER = talk -> {
        int request = talk.input().read();
        if (request == 'f') {
            throw new IllegalStateException("on purpose");
        }
        talk.output().write(request);
        while (talk.input().read() >= 0) {
            Thread.onSpinWait();
        }
    };

    private ServerSpec guarded(CircuitBreaker by) {
        return ServerSpec.doing(WORKER).greeting(GREETING).with(builder -> builder.circuitBreaker(by));
    }

    private Client greeted(RunningServer server) throws IOException {
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        return client;
    }

    private void assertWorks(RunningServer server) throws IOException {
        Client client = greeted(server);
        assertThat(client.ask(WORK, WORK)).isEqualTo(WORK);
        assertThat(client.finish().readToEnd().reset()).isFalse();
    }

    private void assertRefusedUngreeted(RunningServer server, long total) throws IOException {
        assertThat(connect(server).readToEnd().bytes()).isEmpty();
        awaitRejections(server, RejectReason.BREAKER_OPEN, total);
    }

    @Test
    void aFailedHandlerIsCountedAndOpensIt() throws IOException {
        RunningServer server = start(guarded(breaker));
        greeted(server).send(FAIL).readToEnd();
        awaitOutcome(server, Outcome.HANDLER_FAILED);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        assertRefusedUngreeted(server, 1);
    }

    @Test
    void aLongConversationIsNoSlowCall() throws IOException {
        RunningServer server = start(guarded(breaker));
        assertWorks(server);
        awaitOutcome(server, Outcome.COMPLETED);
        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
        assertThat(breaker.getMetrics().getNumberOfSlowCalls()).isZero();
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void openRefusesBeforeTheGreetingWithTheReplyChosen() throws IOException {
        RunningServer server = start(guarded(breaker)
                .with(builder -> builder.refusal(
                        RejectReason.BREAKER_OPEN, Refusal.reply("421 broken\r\n".getBytes(US_ASCII)))));
        breaker.transitionToOpenState();
        assertThat(connect(server).readToEnd().text()).isEqualTo("421 broken\r\n");
        awaitRejections(server, RejectReason.BREAKER_OPEN, 1);
        breaker.transitionToClosedState();
        assertWorks(server);
    }

    @Test
    void forcedOpenRefusesAndDisabledDoesNot() throws IOException {
        RunningServer server = start(guarded(breaker));
        breaker.transitionToForcedOpenState();
        assertRefusedUngreeted(server, 1);
        breaker.transitionToDisabledState();
        assertWorks(server);
        breaker.transitionToMetricsOnlyState();
        assertWorks(server);
    }

    @Test
    void clientsCanBeLeftInTheBacklogUntilItCloses() throws IOException {
        RunningServer server = start(
                guarded(breaker).with(builder -> builder.refusal(RejectReason.BREAKER_OPEN, Refusal.leaveInBacklog())));
        breaker.transitionToOpenState();
        server.awaitLimitNoticed();
        Client waiting = connect(server);
        Client another = connect(server).send(WORK);
        breaker.transitionToClosedState();
        assertThat(waiting.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(another.readAsMuchAs(GREETING + WORK)).isEqualTo(GREETING + WORK);
        assertThat(ends(server)).doesNotContainKey(Outcome.REJECTED);
    }

    @Test
    void afterItsWaitAnOpenOneIsTriedByTheNextClient() throws IOException {
        CircuitBreaker impatient = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .minimumNumberOfCalls(1)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(Duration.ofMillis(50))
                        .build());
        RunningServer server = start(guarded(impatient));
        impatient.transitionToOpenState();
        soon().until(() -> {
            Client client = connect(server);
            client.send(WORK).finish();
            return client.readToEnd().text().equals(GREETING + WORK);
        });
        soon().until(() -> impatient.getState() == State.CLOSED);
    }

    @Test
    void probesDoNotUseUpTheTrialsOfAHalfOpenOne() throws IOException {
        RunningServer server = start(guarded(breaker));
        halfOpen();
        for (int i = 0; i < 10; i++) {
            Client.probe(server.address());
            greeted(server).reset();
            greeted(server).close();
        }
        soon().until(() -> server.stats().ended() == 30);
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        assertWorks(server);
        soon().until(() -> breaker.getState() == State.CLOSED);
    }

    @Test
    void clientsThatLeaveTheirHandlerDoNotUseUpTheTrialsOfAHalfOpenOne() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
                    talk.output().write('!');
                    WORKER.serve(talk);
                })
                .with(builder -> builder.circuitBreaker(breaker).handOffAtOnce()));
        halfOpen();
        for (long i = 1; i <= 5; i++) {
            Client silentReset = connect(server); // RESET_AFTER_GREETING in the handler's hands
            silentReset.readAsMuchAs("!");
            silentReset.reset();
            awaitCount(server, Outcome.RESET_AFTER_GREETING, i);
            Client spokenReset = connect(server).send(WORK); // PEER_RESET
            spokenReset.readAsMuchAs("!w");
            spokenReset.reset();
            awaitCount(server, Outcome.PEER_RESET, i);
        }
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        Client client = connect(server).send(WORK).finish();
        assertThat(client.readToEnd().text()).isEqualTo("!w");
        soon().until(() -> breaker.getState() == State.CLOSED);
    }

    @Test
    void aCutConnectionTeachesItNothing() throws IOException {
        RunningServer server = start(guarded(breaker));
        Client busy = greeted(server);
        assertThat(busy.ask(WORK, WORK)).isEqualTo(WORK);
        server.close();
        awaitOutcome(server, Outcome.CUT);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        halfOpen();
        assertThat(breaker.tryAcquirePermission()).isTrue(); // the cut one does not hold the only trial
    }

    @Test
    void whoComesWhileTheTrialIsRunningIsRefusedWhenItsTurnComes() throws IOException {
        CountDownLatch release = latch();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    talk.output().write(talk.input().read());
                    Behaviours.await(release);
                })
                .with(builder -> builder.circuitBreaker(breaker)
                        .refusal(RejectReason.BREAKER_OPEN, Refusal.reply(new byte[] {'n', 'o'}))));
        halfOpen();
        Client trial = connect(server);
        assertThat(trial.ask("t", "t")).isEqualTo("t");
        for (long i = 1; i <= 5; i++) {
            assertThat(connect(server).send("unread").readToEnd().text()).isEqualTo("no");
            awaitRejections(server, RejectReason.BREAKER_OPEN, i);
        }
        release.countDown();
        soon().until(() -> breaker.getState() == State.CLOSED);
        assertThat(connect(server).ask("x", "x")).isEqualTo("x");
    }

    @Test
    void aPredicateOfItsConfigurationMayThrow() throws IOException {
        CircuitBreaker touchy = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .recordException(failure -> {
                            throw new IllegalArgumentException("on purpose, about " + failure);
                        })
                        .build());
        RunningServer server = start(guarded(touchy));
        for (long i = 1; i <= 3; i++) {
            assertThat(greeted(server).send(FAIL).readToEnd().bytes()).isEmpty();
            awaitCount(server, Outcome.HANDLER_FAILED, i);
        }
        touchy.transitionToOpenState();
        touchy.transitionToHalfOpenState();
        greeted(server).send(FAIL).readToEnd();
        awaitCount(server, Outcome.HANDLER_FAILED, 4);
        assertWorks(server); // the only trial is not lost with the one who failed to be judged
    }

    private void halfOpen() {
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
    }
}
