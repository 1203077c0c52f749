package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.acceptor.AcceptorListener;
import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
        listener.assertHeardOfEveryEndOnce(server);
        assertThat(listener.ended()).allSatisfy(ended -> {
            if (ended.outcome() != Outcome.RESET_BEFORE_GREETING || engine().knowsWhoWasReset()) {
                assertThat(ports).contains(ended.peer().remoteAddress().getPort());
            }
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
        listener.assertHeardOfEveryEndOnce(server);
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
        listener.assertHeardOfEveryEndOnce(self.get());
    }

    @Test
    void aListenerThatThrowsDoesNotFloodTheLog() throws IOException {
        AtomicInteger heard = new AtomicInteger();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING).listener(new AcceptorListener() {
                    @Override
                    public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                        heard.incrementAndGet();
                        throw new IllegalStateException("on purpose");
                    }
                }));
        int probes = 200;
        long start = System.nanoTime();
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < probes; i++) {
                Client.probe(server.address());
            }
            soon().until(() -> heard.get() == probes);
            long seconds = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            soon().untilAsserted(() -> assertThat(log.linesFrom(Level.WARN)).isNotEmpty());
            assertThat(log.linesFrom(Level.WARN)).hasSizeLessThanOrEqualTo((int) seconds + 1);
        }
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
        listener.assertHeardOfEveryEndOnce(server);
        assertThat(server.health().ready()).isTrue();
    }
}
