package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Admission;
import io.acceptor.DrainReport;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events tell the same story as the books, away from the loop; a bad listener harms nobody but itself. */
public abstract class ListenerContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    /** The documented length of the queue of events. */
    private static final int CAPACITY = 8192;

    private static Map<Outcome, Long> told(RecordingListener listener) {
        Map<Outcome, Long> counts = new HashMap<>();
        listener.ended().forEach(ended -> counts.merge(ended.outcome(), 1L, Long::sum));
        return counts;
    }

    private static void assertToldOnceEach(RunningServer server, RecordingListener listener) {
        soon().untilAsserted(() ->
                assertThat(listener.ended()).hasSize((int) server.stats().ended()));
        Set<Long> ids = new HashSet<>();
        listener.ended()
                .forEach(ended -> assertThat(ids.add(ended.id()))
                        .as("first event of #%s", ended.id())
                        .isTrue());
        assertThat(told(listener)).isEqualTo(ends(server));
        assertThat(server.stats().eventsDropped()).isZero();
    }

    @Test
    void everyEndIsToldOnceWithItsOutcomeAndItsPeer() throws IOException {
        RecordingListener listener = new RecordingListener();
        Set<String> loops = ConcurrentHashMap.newKeySet();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    if (talk.input().read() == 'f') {
                        throw new IllegalStateException("on purpose");
                    }
                })
                .listener(listener)
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                            loops.add(Thread.currentThread().getName());
                            return ByteBuffer.wrap(new byte[] {'!'});
                        }))
                        .admission(peer -> peer.remoteAddress().getPort() % 4 == 0
                                ? Admission.reject(Refusal.close())
                                : Admission.admit())));
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            Client client = connect(server);
            ports.add(client.port());
            switch (i % 4) {
                case 0 -> client.send("fail").readToEnd();
                case 1 -> client.send("work").readToEnd();
                case 2 -> client.finish().readToEnd();
                default -> client.reset();
            }
        }
        soon().until(() -> server.stats().ended() == 40);
        assertToldOnceEach(server, listener);
        assertThat(listener.ended()).allSatisfy(ended -> {
            assertThat(ports).contains(ended.peer().remoteAddress().getPort());
            assertThat(ended.peer().localAddress()).isEqualTo(server.address());
            assertThat(ended.reason() != null).isEqualTo(ended.outcome() == Outcome.REJECTED);
            assertThat(ended.lasted()).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(loops).doesNotContain(ended.thread());
        });
    }

    @Test
    void theEndsThatCloseMakesAreToldToo() throws IOException {
        RecordingListener listener = new RecordingListener();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING).listener(listener));
        for (int i = 0; i < 20; i++) {
            Client client = connect(server);
            client.readAsMuchAs(GREETING);
            if (i % 2 == 0) {
                client.ask("x", "x");
            }
        }
        server.close();
        awaitOutcomes(server, Map.of(Outcome.CUT, 20L));
        assertToldOnceEach(server, listener);
    }

    @Test
    void theEndsThatACloseOnTheLoopMakesAreToldToo() throws IOException {
        RecordingListener listener = new RecordingListener();
        AtomicReference<RunningServer> self = new AtomicReference<>();
        AtomicInteger greeted = new AtomicInteger();
        self.set(start(ServerSpec.doing(Behaviours.echo())
                .listener(listener)
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                    if (greeted.incrementAndGet() == 10) {
                        self.get().close();
                    }
                    return ByteBuffer.wrap(new byte[] {'!'});
                })))));
        for (int i = 0; i < 9; i++) {
            connect(self.get()).readAsMuchAs("!");
        }
        connect(self.get());
        soon().until(() ->
                self.get().stats().accepted() == 10 && self.get().stats().active() == 0);
        assertToldOnceEach(self.get(), listener);
    }

    static Stream<Arguments> badListeners() {
        IntConsumer exception = event -> {
            throw new IllegalStateException("on purpose");
        };
        IntConsumer error = event -> {
            throw new StackOverflowError("on purpose");
        };
        IntConsumer interrupt = event -> Thread.currentThread().interrupt();
        return Stream.of(
                Arguments.of("throws an exception", exception),
                Arguments.of("throws an Error", error),
                Arguments.of("interrupts its thread", interrupt));
    }

    @ParameterizedTest(name = "that {0}")
    @MethodSource("badListeners")
    void aListenerStillHearsOfEverything(String name, IntConsumer badly) throws IOException {
        AtomicInteger heard = new AtomicInteger();
        RecordingListener listener = new RecordingListener() {
            @Override
            public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                super.onEnded(id, peer, outcome, reason, lasted);
                badly.accept(heard.incrementAndGet());
            }
        };
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING).listener(listener));
        for (int round = 1; round <= 3; round++) { // each after the events of the one before
            for (int i = 0; i < 5; i++) {
                Client client = connect(server);
                assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
                assertThat(client.ask("x", "x")).isEqualTo("x");
                client.finish().readToEnd();
            }
            int ends = 5 * round;
            soon().until(() -> heard.get() == ends);
        }
        assertToldOnceEach(server, listener);
        assertThat(server.health().ready()).isTrue();
    }

    @Test
    void aListenerThatBlocksLosesEventsWhichAreCountedAndNothingElse() throws IOException {
        CountDownLatch release = latch();
        RecordingListener listener = new RecordingListener() {
            @Override
            public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                super.onEnded(id, peer, outcome, reason, lasted);
            }
        };
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING).listener(listener));
        int probes = CAPACITY + 300;
        for (int i = 0; i < probes; i++) {
            Client.probe(server.address());
        }
        soon().until(() -> server.stats().ended() == probes);
        assertThat(server.stats().eventsDropped()).isBetween(1L, 300L);
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(client.ask("x", "x")).isEqualTo("x");
        assertThat(listener.ended()).isEmpty();
        release.countDown();
        soon().untilAsserted(() -> assertThat(
                        listener.ended().size() + server.stats().eventsDropped())
                .isEqualTo(probes));
    }

    @Test
    void closeDoesNotWaitForAListenerThatBlocks() throws IOException {
        CountDownLatch release = latch();
        CountDownLatch blocked = new CountDownLatch(1);
        RunningServer server = start(ServerSpec.doing(Behaviours.echo()).listener(new RecordingListener() {
            @Override
            public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                blocked.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }));
        Client.probe(server.address());
        soon().until(() -> blocked.getCount() == 0);
        connect(server).ask("x", "x");
        server.close();
        awaitCount(server, Outcome.CUT, 1);
    }

    @Test
    void aDrainDoesNotWaitForAListenerThatBlocks() throws IOException {
        CountDownLatch release = latch();
        CountDownLatch blocked = new CountDownLatch(1);
        RecordingListener listener = new RecordingListener() {
            @Override
            public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                super.onEnded(id, peer, outcome, reason, lasted);
                blocked.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING).listener(listener));
        Client.probe(server.address());
        soon().until(() -> blocked.getCount() == 0);
        connect(server).readAsMuchAs(GREETING);
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, Duration.ZERO);
        soon().until(() -> drain.toCompletableFuture().isDone());
        assertThat(count(server.stats(), Outcome.CUT)).isEqualTo(1);
        release.countDown();
        soon().until(() -> listener.drains().size() == 1);
        assertToldOnceEach(server, listener);
    }
}
