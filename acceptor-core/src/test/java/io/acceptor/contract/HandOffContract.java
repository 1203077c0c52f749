package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.AcceptorBuilder;
import io.acceptor.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When a client gets its handler, and that the handler gets all that the client has sent. */
public abstract class HandOffContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    private static final Duration FOR_EVER = Duration.ofMinutes(5);

    // ---- when

    @Test
    void withAGreetingTheHandlerComesWithTheFirstByte() throws IOException {
        AtomicInteger started = new AtomicInteger();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    started.incrementAndGet();
                    Behaviours.echo().serve(talk);
                })
                .greeting(GREETING));
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        for (int i = 0; i < 10; i++) {
            Client probe = connect(server);
            probe.readAsMuchAs(GREETING);
            probe.reset();
        }
        awaitCount(server, Outcome.RESET_AFTER_GREETING, 10);
        assertThat(started).hasValue(0);
        assertThat(client.ask("x", "x")).isEqualTo("x");
        assertThat(started).hasValue(1);
    }

    @Test
    void awaitFirstByteNeedsNoGreeting() throws IOException {
        AtomicInteger started = new AtomicInteger();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    started.incrementAndGet();
                    Behaviours.echo().serve(talk);
                })
                .with(builder -> builder.awaitFirstByte(FOR_EVER)));
        Client client = connect(server);
        awaitAccepted(server, 1);
        assertThat(started).hasValue(0);
        assertThat(client.ask("x", "x")).isEqualTo("x");
    }

    @Test
    void aClientThatStaysSilentIsEndedAtTheDeadline() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.never())
                .greeting(GREETING)
                .with(builder -> builder.awaitFirstByte(Duration.ofMillis(100))));
        Client.Ending ending = connect(server).readToEnd();
        assertThat(ending.text()).isEqualTo(GREETING);
        assertThat(ending.reset()).isFalse();
        awaitOutcome(server, Outcome.SILENT_TIMEOUT);
    }

    @Test
    void aClientThatHasSpokenHasNoDeadline() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder -> builder.awaitFirstByte(Duration.ofMillis(100))));
        Client talker = connect(server).send("x");
        connect(server).readToEnd(); // another one's deadline passes
        awaitCount(server, Outcome.SILENT_TIMEOUT, 1);
        assertThat(talker.readAsMuchAs(GREETING + "x")).isEqualTo(GREETING + "x");
        assertThat(talker.ask("y", "y")).isEqualTo("y");
    }

    @Test
    void withoutAGreetingASilentClientGetsItsHandlerAfterAMoment() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> Behaviours.say(talk, "you first?")));
        assertThat(connect(server).readToEnd().text()).isEqualTo("you first?");
    }

    @Test
    void settlingIsCutShortByTheFirstByte() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.echo()).with(builder -> builder.settle(FOR_EVER)));
        assertThat(connect(server).ask("x", "x")).isEqualTo("x");
    }

    @Test
    void settlingAfterAGreetingHandsASilentClientOver() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> Behaviours.say(talk, "and more"))
                .greeting(GREETING)
                .with(builder -> builder.settle(Duration.ofMillis(20))));
        assertThat(connect(server).readToEnd().text()).isEqualTo(GREETING + "and more");
    }

    @Test
    void atOnceIsAtOnce() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
                    Behaviours.say(talk, "hello");
                    Behaviours.echo().serve(talk);
                })
                .greeting(GREETING)
                .with(builder -> builder.handOffAtOnce()));
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING + "hello")).isEqualTo(GREETING + "hello");
        assertThat(client.ask("x", "x")).isEqualTo("x");
    }

    // ---- what

    static Stream<Arguments> ways() {
        return Stream.of(
                way("on the first byte, greeted", builder -> builder.awaitFirstByte(FOR_EVER), GREETING),
                way("on the first byte", builder -> builder.awaitFirstByte(FOR_EVER), ""),
                way("settled, greeted", builder -> builder.settle(Duration.ofMillis(5)), GREETING),
                way("settled", builder -> builder.settle(Duration.ofMillis(5)), ""),
                way("at once, greeted", builder -> builder.handOffAtOnce(), GREETING),
                way("at once", builder -> builder.handOffAtOnce(), ""));
    }

    private static Arguments way(String name, Consumer<AcceptorBuilder<?>> setting, String greeting) {
        return Arguments.of(name, setting, greeting);
    }

    private RunningServer start(Consumer<AcceptorBuilder<?>> way, String greeting, Behaviour behaviour)
            throws IOException {
        ServerSpec spec = ServerSpec.doing(behaviour).with(way);
        return start(greeting.isEmpty() ? spec : spec.greeting(greeting));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void whatIsSentEarlyArrivesInOrderAndWhole(String name, Consumer<AcceptorBuilder<?>> way, String greeting)
            throws IOException {
        byte[] early = new byte[100_000];
        new Random(2815).nextBytes(early);
        RunningServer server = start(way, greeting, talk -> {
            byte[] received = talk.input().readAllBytes();
            talk.output().write(received);
        });
        for (int i = 0; i < 5; i++) {
            byte[] all = connect(server).send(early).finish().readToEnd().bytes();
            assertThat(new String(all, 0, greeting.length(), US_ASCII)).isEqualTo(greeting);
            assertThat(Arrays.copyOfRange(all, greeting.length(), all.length)).isEqualTo(early);
        }
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 5L));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void aSingleEarlyByteIsThereForReadAndAvailable(String name, Consumer<AcceptorBuilder<?>> way, String greeting)
            throws IOException {
        RunningServer server = start(way, greeting, talk -> {
            int available = 0;
            while (available == 0) {
                available = talk.input().available();
            }
            int first = talk.input().read();
            int afterwards = talk.input().available();
            Behaviours.say(talk, available + " " + (char) first + " " + afterwards);
        });
        for (int i = 0; i < 5; i++) {
            Client client = connect(server).send("x");
            assertThat(client.readAsMuchAs(greeting + "1 x 0")).isEqualTo(greeting + "1 x 0");
            client.close();
        }
        soon().until(() -> server.stats().ended() == 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void aByteOf255IsNotTakenForTheEnd(String name, Consumer<AcceptorBuilder<?>> way, String greeting)
            throws IOException {
        RunningServer server = start(
                way,
                greeting,
                talk -> Behaviours.say(talk, "got " + talk.input().read()));
        Client.Ending ending =
                connect(server).send(new byte[] {(byte) 255}).finish().readToEnd();
        assertThat(ending.text()).isEqualTo(greeting + "got 255");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void handlersOfManyClientsRunAtTheSameTime(String name, Consumer<AcceptorBuilder<?>> way, String greeting)
            throws IOException {
        CountDownLatch allThere = new CountDownLatch(8);
        RunningServer server = start(way, greeting, talk -> {
            allThere.countDown();
            Behaviours.await(allThere);
            Behaviours.echo().serve(talk);
        });
        Client[] clients = new Client[8];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = connect(server).send("client " + i);
        }
        for (int i = 0; i < clients.length; i++) {
            assertThat(clients[i].finish().readToEnd().text()).isEqualTo(greeting + "client " + i);
        }
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 8L));
    }
}
