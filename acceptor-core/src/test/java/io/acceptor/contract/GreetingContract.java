package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said to a client before it has spoken. */
public abstract class GreetingContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";

    @Test
    void everyClientGetsTheConstantGreetingWhole() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING));
        for (int i = 0; i < 20; i++) {
            Client client = connect(server);
            assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
            assertThat(client.ask("hello", "hello")).isEqualTo("hello");
            assertThat(client.finish().readToEnd().text()).isEmpty();
        }
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 20L));
    }

    @Test
    void aGreetingPerConnectionIsMadeForThatClient() throws IOException {
        ConcurrentLinkedQueue<Peer> peers = new ConcurrentLinkedQueue<>();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                    peers.add(peer);
                    return ascii(String.format("%05d", peer.remoteAddress().getPort()));
                }))));
        for (int i = 0; i < 5; i++) {
            Client client = connect(server);
            assertThat(client.readAsMuchAs("12345")).isEqualTo(String.format("%05d", client.port()));
        }
        assertThat(peers).hasSize(5).allSatisfy(peer -> {
            assertThat(peer.localAddress()).isEqualTo(server.address());
            assertThat(peer.remoteAddress().getAddress())
                    .isEqualTo(server.address().getAddress());
        });
    }

    @Test
    void onlyTheBytesBetweenPositionAndLimitAreSent() throws IOException {
        RunningServer server = start(greetingWith(peer -> {
            ByteBuffer bytes = ascii("<<greeting>>");
            bytes.position(2).limit(10);
            return bytes;
        }));
        Client client = connect(server);
        assertThat(client.readAsMuchAs("greeting")).isEqualTo("greeting");
        assertThat(client.ask("x", "x")).isEqualTo("x");
        assertThat(client.finish().readToEnd().text()).isEmpty();
    }

    @Test
    void directAndReadOnlyBuffersAreSentAsAnyOther() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        RunningServer server = start(greetingWith(peer -> calls.getAndIncrement() % 2 == 0
                ? ByteBuffer.allocateDirect(2).put(new byte[] {'h', 'i'}).flip()
                : ascii("hi").asReadOnlyBuffer()));
        for (int i = 0; i < 4; i++) {
            assertThat(connect(server).readAsMuchAs("hi")).isEqualTo("hi");
        }
    }

    @Test
    void anEmptyGreetingIsNoneForThisClient() throws IOException {
        RunningServer server = start(greetingWith(peer -> ByteBuffer.allocate(0)));
        Client client = connect(server);
        assertThat(client.ask("first", "first")).isEqualTo("first");
        assertThat(client.finish().readToEnd().text()).isEmpty();
        awaitOutcome(server, Outcome.COMPLETED);
    }

    @ParameterizedTest(name = "supplier {0}")
    @MethodSource("failingSuppliers")
    void aFailingSupplierCostsOnlyItsOwnClient(String name, Function<Peer, ByteBuffer> failing) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        RunningServer server =
                start(greetingWith(peer -> calls.getAndIncrement() == 0 ? failing.apply(peer) : ascii(GREETING)));
        Client unlucky = connect(server);
        assertThat(unlucky.readToEnd().bytes()).isEmpty();
        awaitOutcome(server, Outcome.GREETING_FAILED);

        Client next = connect(server);
        assertThat(next.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(next.ask("x", "x")).isEqualTo("x");
        assertThat(server.health().live()).isTrue();
    }

    static Stream<Arguments> failingSuppliers() {
        return Stream.of(
                Arguments.of("throws an exception", failing(() -> {
                    throw new IllegalStateException("on purpose");
                })),
                Arguments.of("throws an Error", failing(() -> {
                    throw new AssertionError("on purpose");
                })),
                Arguments.of("overflows the stack", failing(GreetingContract::recurse)),
                Arguments.of("gives null", failing(() -> null)));
    }

    private static Function<Peer, ByteBuffer> failing(Supplier<ByteBuffer> supplier) {
        return peer -> supplier.get();
    }

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static ByteBuffer recurse() {
        return recurse().slice();
    }

    @Test
    void anInterruptLeftBehindByTheSupplierIsTakenFromTheLoop() throws IOException {
        Queue<Boolean> interruptedBefore = new ConcurrentLinkedQueue<>();
        HeldLoops loops = heldLoops();
        RunningServer server = start(greetingWith(peer -> {
            interruptedBefore.add(Thread.currentThread().isInterrupted());
            loops.hold();
            Thread.currentThread().interrupt();
            return ascii(GREETING);
        }));
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        for (int i = 0; i < 10; i++) {
            clients.add(connect(server)); // several for one turn of the loop
        }
        loops.release();
        for (Client client : clients) {
            assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
            assertThat(client.ask("x", "x")).isEqualTo("x");
        }
        assertThat(interruptedBefore).hasSameSizeAs(clients).containsOnly(false);
    }

    @Test
    void theHandlerKnowsWhatWasSent() throws IOException {
        List<String> seen = new CopyOnWriteArrayList<>();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    seen.add(US_ASCII.decode(talk.greeting()).toString());
                    seen.add(US_ASCII.decode(talk.greeting()).toString()); // a view with a position of its own
                    assertThat(talk.greeting().isReadOnly()).isTrue();
                    Behaviours.say(talk, "done");
                })
                .with(builder -> builder.greeting(Greeting.perConnection(
                        peer -> ascii("scramble " + peer.remoteAddress().getPort())))));
        Client client = connect(server);
        String scramble = "scramble " + client.port();
        assertThat(client.readAsMuchAs(scramble)).isEqualTo(scramble);
        assertThat(client.send("x").finish().readToEnd().text()).isEqualTo("done");
        assertThat(seen).containsExactly(scramble, scramble);
    }

    @Test
    void withoutAGreetingTheHandlerSeesNone() throws IOException {
        RunningServer server = start(
                ServerSpec.doing(talk -> Behaviours.say(talk, talk.greeting().remaining() + " bytes")));
        assertThat(connect(server).readAsMuchAs("0 bytes")).isEqualTo("0 bytes");
    }

    @Test
    void aClientThatSaysItIsDoneAtOnceStillGetsTheGreeting() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.never()).greeting(GREETING));
        for (int i = 0; i < 10; i++) {
            Client.Ending ending = connect(server).finish().readToEnd();
            assertThat(ending.text()).isEqualTo(GREETING);
            assertThat(ending.reset()).isFalse();
        }
        awaitOutcomes(server, Map.of(Outcome.CLOSED_SILENTLY, 10L));
    }

    @Test
    void aClientThatSpeaksAndIsDoneAtOnceIsGreetedAndServed() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING));
        for (int i = 0; i < 10; i++) {
            Client.Ending ending = connect(server).send("all of it").finish().readToEnd();
            assertThat(ending.text()).isEqualTo(GREETING + "all of it");
            assertThat(ending.reset()).isFalse();
        }
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 10L));
    }

    private static ServerSpec greetingWith(Function<Peer, ByteBuffer> supplier) {
        return ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(Greeting.perConnection(supplier)));
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
