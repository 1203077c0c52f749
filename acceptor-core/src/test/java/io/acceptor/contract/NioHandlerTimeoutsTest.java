package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.acceptor.Acceptor;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that keep their handler waiting: what ends them, and that it is never the handler's fault. */
class NioHandlerTimeoutsTest extends ContractTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(5);
    /** The beginning of a TLS ClientHello of 512 bytes. */
    private static final byte[] HALF_HELLO = {22, 3, 1, 2, 0, 1};

    private final CircuitBreaker breaker = CircuitBreaker.of(
            "test", CircuitBreakerConfig.custom().minimumNumberOfCalls(1).build());
    private final CompletableFuture<IOException> thrown = new CompletableFuture<>();

    @Override
    protected EngineUnderTest engine() {
        return new NioEngine(1);
    }

    private RunningServer serving(Behaviour behaviour, Consumer<Acceptor.Builder> settings) throws IOException {
        return start(ServerSpec.doing(behaviour)
                .with(builder -> builder.circuitBreaker(breaker))
                .with(builder -> settings.accept((Acceptor.Builder) builder)));
    }

    private RunningServer serving(Behaviour behaviour) throws IOException {
        return serving(behaviour, builder -> {});
    }

    /** Reads on until that fails. */
    private void readToFailure(Talk talk) throws IOException {
        byte[] chunk = new byte[64];
        try {
            while (talk.input().read(chunk) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            thrown.complete(e);
            throw e;
        }
    }

    private static IOException soon(CompletableFuture<IOException> future) throws Exception {
        return future.get(Client.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void soTimeout(Talk talk, int millis) throws IOException {
        NioEngine.connectionOf(talk).socket().setSoTimeout(millis);
    }

    private void assertBreakerLearnedNothing() {
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    // ---- whose fault it was

    /** What handlers make of an exception of a stream's. */
    enum Thrown {
        AS_IT_IS,
        WRAPPED,
        UNCHECKED;

        void rethrow(IOException met) throws Exception {
            switch (this) {
                case AS_IT_IS -> throw met;
                case WRAPPED -> throw new IllegalStateException("told in other words", new Exception(met));
                case UNCHECKED -> throw new UncheckedIOException(met);
            }
        }
    }

    private RunningServer withTimeoutOfItsUsers(Thrown how) throws IOException {
        return serving(talk -> {
            soTimeout(talk, (int) SHORT.toMillis());
            try {
                readToFailure(talk);
            } catch (SocketTimeoutException e) {
                how.rethrow(e);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void silenceIsNoFailureOfTheHandler(Thrown how) throws IOException {
        try (LogCapture log = new LogCapture()) {
            RunningServer server = withTimeoutOfItsUsers(how);
            for (int i = 0; i < 3; i++) {
                connect(server);
            }
            awaitOutcomes(server, Map.of(Outcome.SILENT_TIMEOUT, 3L));
            assertBreakerLearnedNothing();
            assertThat(log.linesFrom(Level.WARN)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void silenceAfterWordsIsNoFailureOfTheHandler(Thrown how) throws IOException {
        try (LogCapture log = new LogCapture()) {
            RunningServer server = withTimeoutOfItsUsers(how);
            for (int i = 0; i < 3; i++) {
                connect(server).send("words");
            }
            awaitOutcomes(server, Map.of(Outcome.READ_TIMEOUT, 3L));
            assertBreakerLearnedNothing();
            assertThat(log.linesFrom(Level.WARN)).isEmpty();
        }
    }

    @Test
    void silenceThatItsHandlerHasDealtWithIsSilence() throws IOException {
        RunningServer server = serving(talk -> {
            soTimeout(talk, (int) SHORT.toMillis());
            try {
                readToFailure(talk);
            } catch (SocketTimeoutException e) {
                thrown.complete(e); // and return
            }
        });
        connect(server);
        awaitOutcome(server, Outcome.SILENT_TIMEOUT);
        assertBreakerLearnedNothing();
    }

    @Test
    void aTimeoutOfItsUsersLeavesTheConnectionOpen() throws IOException {
        RunningServer server = serving(talk -> {
            soTimeout(talk, (int) SHORT.toMillis());
            try {
                readToFailure(talk);
            } catch (SocketTimeoutException e) {
                Behaviours.say(talk, "still there?");
            }
            soTimeout(talk, 0);
            talk.output().write(talk.input().read());
        });
        Client client = connect(server);
        client.readAsMuchAs("still there?");
        assertThat(client.ask("y", "y")).isEqualTo("y");
        awaitOutcome(server, Outcome.COMPLETED);
    }

    static Stream<Arguments> failuresOfOthers() {
        return Stream.of(
                Arguments.of(new SocketTimeoutException("of a backend")),
                Arguments.of(new IllegalStateException(new SocketTimeoutException("of a backend"))));
    }

    @ParameterizedTest
    @MethodSource("failuresOfOthers")
    void aTimeoutOfABackendIsAFailureAlsoAfterOneOfOurs(Exception failure) throws IOException {
        RunningServer server = serving(talk -> {
            soTimeout(talk, (int) SHORT.toMillis());
            try {
                readToFailure(talk);
            } catch (SocketTimeoutException e) {
                throw failure;
            }
        });
        connect(server).send("words");
        connect(server);
        awaitOutcomes(server, Map.of(Outcome.HANDLER_FAILED, 2L));
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isPositive();
    }

    // ---- readTimeout

    @ParameterizedTest
    @MethodSource("words")
    void readTimeoutEndsAReadAndClosesTheConnection(String words, Outcome outcome) throws Exception {
        CompletableFuture<IOException> afterwards = new CompletableFuture<>();
        RunningServer server = serving(
                talk -> {
                    try {
                        readToFailure(talk);
                    } catch (SocketTimeoutException e) {
                        try {
                            Behaviours.say(talk, "too late");
                        } catch (IOException closed) {
                            afterwards.complete(closed);
                        }
                    }
                },
                builder -> builder.readTimeout(SHORT));
        Client client = connect(server);
        client.send(words);
        assertThat(client.readToEnd()).satisfies(ending -> {
            assertThat(ending.bytes()).isEmpty();
            assertThat(ending.reset()).isFalse();
        });
        assertThat(soon(thrown)).isInstanceOf(SocketTimeoutException.class).hasMessage("readTimeout of 50 ms is over");
        assertThat(soon(afterwards)).hasMessage("Socket closed");
        awaitOutcome(server, outcome);
        assertBreakerLearnedNothing();
    }

    static Stream<Arguments> words() {
        return Stream.of(Arguments.of("", Outcome.SILENT_TIMEOUT), Arguments.of("words", Outcome.READ_TIMEOUT));
    }

    @Test
    void aPositiveTimeoutOfItsUsersReplacesReadTimeout() throws IOException {
        RunningServer server = serving(
                talk -> {
                    if (talk.id() == 1) {
                        assertThat(NioEngine.connectionOf(talk).socket().getSoTimeout())
                                .isZero();
                        soTimeout(talk, (int) LONG.toMillis());
                        talk.output().write('!');
                    } else if (talk.id() == 2) {
                        soTimeout(talk, (int) LONG.toMillis());
                        soTimeout(talk, 0); // which is none of its own
                    }
                    Behaviours.echo().serve(talk);
                },
                builder -> builder.readTimeout(SHORT));
        Client patient = connect(server);
        patient.readAsMuchAs("!");
        connect(server);
        connect(server);
        awaitCount(server, Outcome.SILENT_TIMEOUT, 2); // who came later
        assertThat(patient.ask("x", "x")).isEqualTo("x");
    }

    // ---- conversationTimeout

    @Test
    void conversationTimeoutEndsAReadHoweverOftenTheClientSends() throws Exception {
        RunningServer server = serving(this::readToFailure, builder -> builder.conversationTimeout(SHORT));
        Client client = connect(server);
        soon().pollInterval(Duration.ofMillis(2)).until(() -> {
            try {
                client.send("x");
            } catch (IOException e) {
                return true;
            }
            return server.stats().active() == 0;
        });
        assertThat(soon(thrown)).isInstanceOf(SocketTimeoutException.class).hasMessage("conversationTimeout is over");
        awaitOutcome(server, Outcome.READ_TIMEOUT);
        assertBreakerLearnedNothing();
    }

    @Test
    void conversationTimeoutEndsAWriteToAClientThatDoesNotRead() throws Exception {
        RunningServer server = serving(
                talk -> {
                    OutputStream out = talk.output();
                    byte[] chunk = new byte[64 * 1024];
                    try {
                        while (true) {
                            out.write(chunk);
                        }
                    } catch (IOException e) {
                        thrown.complete(e);
                        throw e;
                    }
                },
                builder -> builder.conversationTimeout(SHORT));
        connectWithSmallBuffer(server).send("x");
        assertThat(soon(thrown)).isInstanceOf(SocketTimeoutException.class);
        awaitOutcome(server, Outcome.READ_TIMEOUT);
        assertBreakerLearnedNothing();
    }

    @Test
    void aHandlerThatIsAtSomethingElseLearnsAtItsNextReadThatItsTimeIsUp() throws Exception {
        CountDownLatch over = latch();
        RunningServer server = serving(
                talk -> {
                    Behaviours.await(over);
                    readToFailure(talk);
                },
                builder -> builder.conversationTimeout(SHORT));
        assertThat(connect(server).send("unread").readToEnd().reset()).isFalse();
        over.countDown();
        assertThat(soon(thrown)).isInstanceOf(SocketTimeoutException.class);
        awaitOutcome(server, Outcome.READ_TIMEOUT);
    }

    // ---- firstRequestTimeout

    /** One worker, for which others wait. */
    private RunningServer withOneWorker(Behaviour behaviour, Consumer<Acceptor.Builder> settings) throws IOException {
        return start(ServerSpec.doing(behaviour)
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor()))
                .with(builder -> settings.accept((Acceptor.Builder) builder)));
    }

    /** Reads a line, says it again, and goes on. */
    private static Behaviour lines() {
        return talk -> {
            InputStream in = talk.input();
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.append((char) next);
                if (next == '\n') {
                    Behaviours.say(talk, line.toString());
                    line.setLength(0);
                }
            }
        };
    }

    @Test
    void whoeverSendsARequestByteByByteGivesWayToWhoeverWaits() throws IOException {
        RunningServer server = withOneWorker(lines(), builder -> builder.firstRequestTimeout(SHORT));
        Client dripping = connect(server).send("G");
        soon().until(() -> server.stats().active() == 1 && server.stats().pending() == 0);
        Client waiting = connect(server).send("x\n");
        soon().pollInterval(Duration.ofMillis(5)).until(() -> {
            try {
                dripping.send("E");
            } catch (IOException e) {
                return true; // it is cut
            }
            return waiting.hasUnread();
        });
        assertThat(waiting.readAsMuchAs("x\n")).isEqualTo("x\n");
        awaitCount(server, Outcome.READ_TIMEOUT, 1);
    }

    @Test
    void nobodyIsCutWhileNobodyWaits() throws Exception {
        RunningServer server = withOneWorker(
                this::readToFailure,
                builder ->
                        builder.firstRequestTimeout(Duration.ofMillis(1)).conversationTimeout(Duration.ofMillis(300)));
        connect(server).send("G");
        assertThat(soon(thrown)).hasMessage("conversationTimeout is over");
    }

    private void assertStaysWhileOthersWait(Behaviour behaviour, String words, String answer) throws IOException {
        RunningServer server = start(ServerSpec.doing(behaviour)
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor()))
                .handoffTimeout(Duration.ofMillis(400))
                .with(builder -> ((Acceptor.Builder) builder).firstRequestTimeout(SHORT)));
        Client talking = connect(server);
        talking.ask(words, answer);
        connect(server).send("x\n").readToEnd();
        awaitRejection(server, RejectReason.WORKERS);
        assertThat(talking.ask("still here\n", "still here\n")).isEqualTo("still here\n");
    }

    @Test
    void whoeverWasAnsweredStaysWhileOthersWait() throws IOException {
        assertStaysWhileOthersWait(lines(), "one\n", "one\n");
    }

    @Test
    void whoeverIsEstablishedStaysWhileOthersWait() throws IOException {
        assertStaysWhileOthersWait(
                talk -> {
                    talk.output().write('!'); // before the client's first byte it is no answer
                    NioEngine.connectionOf(talk).established();
                    lines().serve(talk);
                },
                "",
                "!");
    }

    @Test
    void aHandlerThatIsBusyForItsClientIsNotCut() throws IOException {
        CountDownLatch busy = latch();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    talk.input().read();
                    Behaviours.await(busy);
                    talk.output().write('!');
                })
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor()))
                .handoffTimeout(Duration.ofMillis(400))
                .with(builder -> ((Acceptor.Builder) builder).firstRequestTimeout(SHORT)));
        Client asking = connect(server).send("?");
        soon().until(() -> server.stats().active() == 1 && server.stats().pending() == 0);
        connect(server).send("x").readToEnd();
        awaitRejection(server, RejectReason.WORKERS);
        busy.countDown();
        assertThat(asking.readAsMuchAs("!")).isEqualTo("!");
    }

    // ---- with TLS on top

    private static SSLSocket tls(Talk talk) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null); // no handshake comes so far that it would need a key
        SSLSocket tls = (SSLSocket) context.getSocketFactory()
                .createSocket(NioEngine.connectionOf(talk).socket(), "localhost", 1, true);
        tls.setUseClientMode(false);
        return tls;
    }

    @ParameterizedTest
    @MethodSource("limits")
    void halfAHandshakeIsEnded(Consumer<Acceptor.Builder> limit, int soTimeout) throws IOException {
        try (LogCapture log = new LogCapture()) {
            RunningServer server = serving(
                    talk -> {
                        SSLSocket tls = tls(talk);
                        tls.setSoTimeout(soTimeout);
                        tls.startHandshake();
                    },
                    limit);
            assertThat(connect(server).send(HALF_HELLO).readToEnd().reset()).isFalse();
            awaitOutcome(server, Outcome.READ_TIMEOUT);
            assertBreakerLearnedNothing();
            assertThat(log.linesFrom(Level.WARN)).isEmpty();
        }
    }

    static List<Arguments> limits() {
        Consumer<Acceptor.Builder> read = builder -> builder.readTimeout(SHORT);
        Consumer<Acceptor.Builder> conversation = builder -> builder.conversationTimeout(SHORT);
        Consumer<Acceptor.Builder> none = builder -> {};
        return List.of(
                Arguments.of(read, 0), Arguments.of(conversation, 0), Arguments.of(none, (int) SHORT.toMillis()));
    }

    @Test
    void halfAHandshakeGivesWayToWhoeverWaits() throws IOException {
        RunningServer server = withOneWorker(
                talk -> {
                    if (talk.id() == 1) {
                        tls(talk).startHandshake();
                    } else {
                        lines().serve(talk);
                    }
                },
                builder -> builder.firstRequestTimeout(SHORT));
        connect(server).send(HALF_HELLO);
        soon().until(() -> server.stats().active() == 1 && server.stats().pending() == 0);
        assertThat(connect(server).ask("x\n", "x\n")).isEqualTo("x\n");
        awaitCount(server, Outcome.READ_TIMEOUT, 1);
    }

    @Test
    void whoeverHangsUpInAHandshakeIsNoFailureOfTheHandler() throws IOException {
        try (LogCapture log = new LogCapture()) {
            RunningServer server = serving(talk -> tls(talk).startHandshake());
            connect(server).send(HALF_HELLO).finish().readToEnd();
            awaitOutcome(server, Outcome.COMPLETED);
            assertBreakerLearnedNothing();
            assertThat(log.linesFrom(Level.WARN)).isEmpty();
        }
    }
}
