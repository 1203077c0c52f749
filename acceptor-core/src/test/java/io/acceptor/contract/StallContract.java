package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.StallReport;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** User code that blocks the loop is found, named and forgiven when it comes back. */
public abstract class StallContract extends StallingContract {
    private static final String GREETING = "220 ready\r\n";

    /** A method of its own, for its name to be found in the stack. */
    private static ByteBuffer greetingThatBlocks(HeldLoops loops) {
        loops.hold();
        return ByteBuffer.wrap(GREETING.getBytes(US_ASCII));
    }

    private static Admission policyThatBlocks(HeldLoops loops) {
        loops.hold();
        return Admission.admit();
    }

    @Test
    void aGreetingSupplierThatBlocksIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        RunningServer server = start(watched(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                    names.add(Thread.currentThread().getName());
                    return greetingThatBlocks(loops);
                })))));
        assertThat(server.health().live()).isTrue();
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        assertNamed(awaitStall(server, clients), "greeting supplier", "greetingThatBlocks", names);
        assertRecovers(server, loops, clients, GREETING);
    }

    @Test
    void aPolicyThatBlocksIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        RunningServer server = start(watched(ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder -> builder.admission(peer -> {
                    names.add(Thread.currentThread().getName());
                    return policyThatBlocks(loops);
                }))));
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        assertNamed(awaitStall(server, clients), "admission", "policyThatBlocks", names);
        assertRecovers(server, loops, clients, GREETING);
    }

    @Test
    void aRegistryWhoseTimerBlocksIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        RunningServer server = start(watched(ServerSpec.doing(Behaviours.echo()).greeting(GREETING)));
        AtomicBoolean blocking = new AtomicBoolean();
        server.metrics().bindTo(new SimpleMeterRegistry(SimpleConfig.DEFAULT, new TimersClock(() -> {
            if (blocking.get()) {
                names.add(Thread.currentThread().getName());
                timerThatBlocks(loops);
            }
        })));
        blocking.set(true);
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        assertNamed(awaitStall(server, clients), "timer of a meter registry", "timerThatBlocks", names);
        assertRecovers(server, loops, clients, GREETING);
    }

    private static void timerThatBlocks(HeldLoops loops) {
        loops.hold();
    }

    /** Asked by a timer each time that it records. */
    private record TimersClock(Runnable whenAsked) implements Clock {
        @Override
        public long wallTime() {
            whenAsked.run();
            return Clock.SYSTEM.wallTime();
        }

        @Override
        public long monotonicTime() {
            return Clock.SYSTEM.monotonicTime();
        }
    }

    @Test
    void anEventConsumerOfABulkheadThatBlocksAtAnEndIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        Bulkhead bulkhead = Bulkhead.ofDefaults("test");
        bulkhead.getEventPublisher().onCallFinished(event -> {
            names.add(Thread.currentThread().getName());
            consumerThatBlocks(loops);
        });
        RunningServer server = start(watched(
                ServerSpec.doing(Behaviours.echo()).greeting(GREETING).with(builder -> builder.bulkhead(bulkhead))));
        List<Client> clients = new ArrayList<>();
        soon().pollInterval(Duration.ofMillis(20)).until(() -> {
            Client.probe(server.address());
            return loops.count() >= engine().acceptors();
        });
        StallReport report = awaitStall(server, clients);
        assertThat(report.phase()).contains("event consumer");
        assertThat(report.stack())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("consumerThatBlocks"));
        assertThat(names).contains(report.thread()); // a loop that accepts, or one for which nobody waits in the kernel
        loops.release();
        soon().until(() -> server.health().ready());
    }

    @Test
    void anEventConsumerOfABreakerThatBlocksBeforeAnybodyIsAcceptedIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        CircuitBreaker breaker = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .waitDurationInOpenState(Duration.ofMillis(1))
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> {
            if (event.getStateTransition().getToState() == CircuitBreaker.State.HALF_OPEN) {
                names.add(Thread.currentThread().getName());
                consumerThatBlocks(loops);
            }
        });
        RunningServer server = start(watched(ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder ->
                        builder.circuitBreaker(breaker).refusal(RejectReason.BREAKER_OPEN, Refusal.leaveInBacklog()))));
        breaker.transitionToOpenState();
        List<Client> clients = new ArrayList<>(List.of(connect(server)));
        soon().until(() -> loops.count() == 1);
        StallReport report = awaitStall(server, clients);
        // an engine that looks at limits now and then may have accepted one before it did
        assertThat(report.phase()).containsAnyOf("an event consumer", "admission");
        assertThat(report.stack())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("consumerThatBlocks"));
        assertThat(names).contains(report.thread());
        loops.release();
        soon().until(() -> server.health().ready());
    }

    private static void consumerThatBlocks(HeldLoops loops) {
        loops.hold();
    }

    @Test
    void theQueueIsReadWithoutAnybodyAsking() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(loops.greeting(GREETING))));
        assumeThat(server.queue().reading().known()).isTrue();
        holdEveryLoop(server, loops);
        for (int i = 0; i < 3; i++) {
            connect(server);
        }
        soon().until(() -> server.queue().last().depth() >= 3);
        assertThat(server.queue().peak()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void waitingForClientsIsNoStall() throws IOException {
        RecordingListener unconcerned = new RecordingListener();
        RunningServer idle = start(ServerSpec.doing(Behaviours.echo())
                .listener(unconcerned)
                .with(builder -> builder.stallThreshold(THRESHOLD)));
        aGreetingSupplierThatBlocksIsReportedWithItsStack(); // takes longer than the threshold
        assertThat(idle.stats().stalls()).isZero();
        assertThat(unconcerned.stalls()).isEmpty();
        assertThat(connect(idle).ask("x", "x")).isEqualTo("x");
    }

    @Test
    void aLoopThatNobodyWaitsForIsNotReported() throws IOException {
        HeldLoops unnoticed = heldLoops();
        RunningServer alone = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.stallThreshold(THRESHOLD).greeting(unnoticed.greeting(GREETING))));
        assumeThat(alone.queue().reading().known()).isTrue(); // an unknown queue counts as one that holds clients
        connect(alone);
        soon().until(() -> unnoticed.count() == 1);
        aGreetingSupplierThatBlocksIsReportedWithItsStack(); // takes longer than the threshold
        assertThat(alone.stats().stalls()).isZero();
        assertThat(alone.health().live()).isTrue();
    }
}
