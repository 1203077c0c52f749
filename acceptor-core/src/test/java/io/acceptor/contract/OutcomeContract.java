package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Admission;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import java.io.EOFException;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections end that a handler has had: exactly one outcome each, the first that fits in the order of precedence. */
public abstract class OutcomeContract extends ContractTest {

    /** Has read a line: the client has spoken, and its next move is up to the test. */
    private static void readByte(Talk talk) throws IOException {
        if (talk.input().read() < 0) {
            throw new AssertionError("the client left before the test let it");
        }
    }

    private RunningServer serving(Behaviour behaviour) throws IOException {
        return start(ServerSpec.doing(behaviour));
    }

    @Test
    void whoHasLeftIsForgotten() throws IOException {
        List<WeakReference<Peer>> peers = new CopyOnWriteArrayList<>();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.admission(peer -> {
                    peers.add(new WeakReference<>(peer));
                    return Admission.admit();
                })));
        for (int i = 0; i < 20; i++) {
            Client client = connect(server);
            assertThat(client.ask("x", "x")).isEqualTo("x");
            client.finish().readToEnd();
        }
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 20L));
        soon().untilAsserted(() -> {
            System.gc();
            assertThat(peers).filteredOn(peer -> peer.get() != null).hasSizeLessThanOrEqualTo(engine().acceptors());
        });
    }

    // ---- the client has spoken and stays

    @Test
    void aHandlerThatReturnsCompletes() throws IOException {
        RunningServer server = serving(talk -> Behaviours.say(talk, "bye"));
        assertThat(connect(server).readToEnd().text()).isEqualTo("bye");
        awaitOutcome(server, Outcome.COMPLETED);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("exception", new IllegalStateException("on purpose")),
                Arguments.of("checked exception", new Exception("on purpose")),
                Arguments.of("error", new AssertionError("on purpose")),
                Arguments.of("virtual machine error", new StackOverflowError("on purpose")),
                Arguments.of("I/O exception of another stream", new IOException("Connection reset")),
                Arguments.of("end of another stream", new EOFException("on purpose")),
                Arguments.of("interruption", new InterruptedException("on purpose")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void aHandlerThatThrowsHasFailed(String name, Throwable failure) throws IOException {
        RunningServer server = serving(talk -> {
            readByte(talk);
            throwIt(failure);
        });
        assertThat(connect(server).send("x").readToEnd().bytes()).isEmpty();
        awaitOutcome(server, Outcome.HANDLER_FAILED);
    }

    private static void throwIt(Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (Exception) failure;
    }

    @Test
    void aFailedHandlerDoesNotCostTheWorker() throws IOException {
        AtomicInteger served = new AtomicInteger();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    if (served.getAndIncrement() == 0) {
                        throw new StackOverflowError("on purpose");
                    }
                    Behaviours.say(talk, "well");
                })
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor())));
        assertThat(connect(server).readToEnd().bytes()).isEmpty();
        assertThat(connect(server).readToEnd().text()).isEqualTo("well");
    }

    @Test
    void aHandlerThatClosesItselfCompletes() throws IOException {
        RunningServer server = serving(talk -> {
            Behaviours.say(talk, "bye");
            talk.close();
            talk.close();
        });
        assertThat(connect(server).readToEnd().text()).isEqualTo("bye");
        awaitOutcome(server, Outcome.COMPLETED);
    }

    @Test
    void aHandlerThatClosesItselfAndThenThrowsHasFailed() throws IOException {
        CountDownLatch gone = latch();
        RunningServer server = serving(talk -> {
            Behaviours.say(talk, "bye");
            talk.close();
            Behaviours.await(gone);
            throw new IllegalStateException("on purpose");
        });
        assertThat(connect(server).readToEnd().text()).isEqualTo("bye");
        gone.countDown();
        awaitOutcome(server, Outcome.HANDLER_FAILED);
    }

    @Test
    void closedByItsHandlerAConnectionHasNotEndedBeforeTheHandlerHas() throws IOException {
        CountDownLatch release = latch();
        RunningServer server = serving(talk -> {
            talk.close();
            Behaviours.await(release);
        });
        assertThat(connect(server).readToEnd().bytes()).isEmpty();
        assertThat(server.stats().active()).isEqualTo(1);
        release.countDown();
        awaitOutcome(server, Outcome.COMPLETED);
    }

    @Test
    void readingAfterItsOwnCloseIsTheHandlersFault() throws IOException {
        RunningServer server = serving(talk -> {
            talk.close();
            talk.input().read();
        });
        connect(server).readToEnd();
        awaitOutcome(server, Outcome.HANDLER_FAILED);
    }

    // ---- the client is done (FIN)

    @Test
    void anEndOfFileExceptionAfterTheClientsFinIsNoFailure() throws IOException {
        RunningServer server = serving(talk -> {
            readByte(talk);
            if (talk.input().read() < 0) {
                throw new EOFException("the client hung up");
            }
        });
        assertThat(connect(server).send("x").finish().readToEnd().reset()).isFalse();
        awaitOutcome(server, Outcome.COMPLETED);
    }

    @Test
    void anotherExceptionAfterTheClientsFinIsAFailure() throws IOException {
        RunningServer server = serving(talk -> {
            readByte(talk);
            assertThat(talk.input().read()).isNegative();
            throw new IllegalStateException("on purpose");
        });
        connect(server).send("x").finish().readToEnd();
        awaitOutcome(server, Outcome.HANDLER_FAILED);
    }

    static Stream<Arguments> endsOfAHandler() {
        return Stream.of(
                Arguments.of("returns", null),
                Arguments.of("throws EOFException", new EOFException("on purpose")),
                Arguments.of("throws an exception", new IllegalStateException("on purpose")),
                Arguments.of("throws an Error", new AssertionError("on purpose")));
    }

    @ParameterizedTest(name = "handler {0}")
    @MethodSource("endsOfAHandler")
    void aSilentClientsFinIsWhatCountsWhateverTheHandlerMakesOfIt(String name, Throwable failure) throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
                    Behaviours.say(talk, "hello");
                    assertThat(talk.input().read()).isNegative();
                    if (failure != null) {
                        throwIt(failure);
                    }
                })
                .with(builder -> builder.handOffAtOnce()));
        assertThat(connect(server).finish().readToEnd().text()).isEqualTo("hello");
        awaitOutcome(server, Outcome.CLOSED_SILENTLY);
    }
}
