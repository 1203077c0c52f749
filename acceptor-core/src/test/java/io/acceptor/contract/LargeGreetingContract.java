package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Greetings that do not fit into the kernel's send buffer: nothing waits for the client that is slow to read them. */
public abstract class LargeGreetingContract extends ContractTest {
    private static final byte[] LARGE = new byte[4 * 1024 * 1024];
    private static final String SMALL = "220 ready\r\n";

    static {
        new Random(470).nextBytes(LARGE);
    }

    /** The large greeting for the first client, the small one for all others. */
    private static Greeting largeForTheFirst() {
        AtomicBoolean later = new AtomicBoolean();
        return Greeting.perConnection(
                peer -> ByteBuffer.wrap(later.getAndSet(true) ? SMALL.getBytes(US_ASCII) : LARGE.clone()));
    }

    private static ServerSpec greeting(Greeting greeting) {
        return ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(greeting));
    }

    /** The first client, with the large greeting begun and stuck. */
    private Client stuckClient(RunningServer server) throws IOException {
        Client stuck = connectWithSmallBuffer(server);
        stuck.read(1); // its greeting has begun, so it is the first
        return stuck;
    }

    private void assertGreetedAndServed(RunningServer server) throws IOException {
        Client other = connect(server);
        assertThat(other.readAsMuchAs(SMALL)).isEqualTo(SMALL);
        assertThat(other.ask("x", "x")).isEqualTo("x");
        assertThat(other.finish().readToEnd().text()).isEmpty();
    }

    @Test
    void aSlowReaderGetsAllOfItWhileOthersAreServed() throws IOException {
        RunningServer server = start(greeting(largeForTheFirst()));
        Client slow = connectWithSmallBuffer(server);
        byte[] received = new byte[LARGE.length];
        int at = 0;
        for (int piece = 0; piece < 4; piece++) {
            byte[] next = slow.read(LARGE.length / 4);
            System.arraycopy(next, 0, received, at, next.length);
            at += next.length;
            if (piece < 3) {
                assertGreetedAndServed(server); // in the middle of the greeting
            }
        }
        assertThat(received).isEqualTo(LARGE);
        assertThat(slow.ask("and on", "and on")).isEqualTo("and on");
    }

    @Test
    void aConstantLargeGreetingIsWholeForSeveralAtOnce() throws IOException {
        RunningServer server = start(greeting(Greeting.of(LARGE)));
        Client first = connectWithSmallBuffer(server);
        Client second = connectWithSmallBuffer(server);
        assertThat(first.read(1000)).isEqualTo(Arrays.copyOf(LARGE, 1000));
        assertThat(second.read(LARGE.length)).isEqualTo(LARGE);
        assertThat(first.read(LARGE.length - 1000)).isEqualTo(Arrays.copyOfRange(LARGE, 1000, LARGE.length));
    }

    @Test
    void aClientThatSaysItIsDoneAtOnceStillGetsAllOfIt() throws IOException {
        RunningServer server = start(greeting(Greeting.of(LARGE)));
        Client.Ending ending = connectWithSmallBuffer(server).finish().readToEnd();
        assertThat(ending.bytes()).isEqualTo(LARGE);
        assertThat(ending.reset()).isFalse();
        awaitOutcome(server, Outcome.CLOSED_SILENTLY);
    }

    @Test
    void whatTheClientSendsBeforeItIsGreetedInFullIsServedAfterwards() throws IOException {
        RunningServer server = start(greeting(Greeting.of(LARGE)));
        Client eager = connectWithSmallBuffer(server).send("early and complete").finish();
        Client.Ending ending = eager.readToEnd();
        assertThat(ending.reset()).isFalse();
        assertThat(ending.bytes())
                .hasSize(LARGE.length + "early and complete".length())
                .startsWith(LARGE);
        assertThat(ending.text()).endsWith("early and complete");
        awaitOutcome(server, Outcome.COMPLETED);
    }

    @Test
    void aClientThatNeverReadsIsCutAtTheDeadline() throws IOException {
        RunningServer server =
                start(greeting(largeForTheFirst()).with(builder -> builder.greetingTimeout(Duration.ofMillis(200))));
        Client stuck = stuckClient(server);
        awaitOutcome(server, Outcome.GREETING_TIMEOUT);
        Client.Ending ending = stuck.readToEnd();
        assertThat(ending.bytes().length).isLessThan(LARGE.length - 1);
        assertThat(ending.reset()).isTrue(); // or the kernel would keep the rest of the greeting for it
        assertGreetedAndServed(server);
    }

    @Test
    void aClientThatReadsALittleNowAndThenIsCutAtTheSameDeadline() throws IOException {
        byte[] endless = new byte[8 * LARGE.length]; // reading it a little at a time takes far longer than the deadline
        RunningServer server =
                start(greeting(Greeting.of(endless)).with(builder -> builder.greetingTimeout(Duration.ofMillis(800))));
        Client trickle = connectWithSmallBuffer(server);
        soon().until(() -> {
            readALittle(trickle);
            return server.stats().ended() == 1;
        });
        awaitOutcome(server, Outcome.GREETING_TIMEOUT);
    }

    private static void readALittle(Client client) {
        try {
            client.readUpTo(64 * 1024);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(SocketException.class); // cut, with a reset
        }
    }

    @Test
    void aClientThatNeverReadsHoldsUpNobody() throws IOException {
        RunningServer server =
                start(greeting(largeForTheFirst()).with(builder -> builder.greetingTimeout(Duration.ofMinutes(5))));
        stuckClient(server);
        for (int i = 0; i < 5; i++) {
            assertGreetedAndServed(server);
        }
        assertThat(server.stats().active()).isPositive(); // the stuck one still is
        assertThat(count(server.stats(), Outcome.GREETING_TIMEOUT)).isZero();
    }

    @Test
    void closingTheServerCutsTheStuckClient() throws IOException {
        RunningServer server = start(greeting(largeForTheFirst()));
        Client stuck = stuckClient(server);
        server.close();
        assertThat(stuck.readToEnd().bytes().length).isLessThan(LARGE.length - 1);
        awaitOutcome(server, Outcome.CUT);
    }

    @Test
    void aResetInTheMiddleOfTheGreetingIsAResetAfterGreeting() throws IOException {
        RunningServer server = start(greeting(largeForTheFirst()));
        stuckClient(server).reset();
        awaitOutcome(server, Outcome.RESET_AFTER_GREETING);
    }

    @Test
    void aResetInTheMiddleOfTheGreetingByAClientThatHadSpokenIsAPeerReset() throws IOException {
        RunningServer server = start(greeting(largeForTheFirst()));
        Client spoken = stuckClient(server).send("I was here");
        assertGreetedAndServed(server); // what it sent has long arrived
        spoken.reset();
        awaitCount(server, Outcome.PEER_RESET, 1);
        awaitCount(server, Outcome.COMPLETED, 1);
    }

    @Test
    void aHalfClosedClientThatResetsInTheMiddleOfTheGreetingIsAResetAfterGreeting() throws IOException {
        RunningServer server = start(greeting(largeForTheFirst()));
        stuckClient(server).finish().reset();
        awaitOutcome(server, Outcome.RESET_AFTER_GREETING);
    }

    @Test
    void aClientThatHasReadAllOfItAndStaysSilentIsEndedAlsoInACrowd() throws Exception {
        CountDownLatch enough = latch();
        InetAddress crowded = InetAddress.getByName("127.0.0.7");
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.awaitFirstByte(Duration.ofMillis(200))
                        .greeting(Greeting.perConnection(peer -> ByteBuffer.wrap(
                                peer.remoteAddress().getAddress().equals(crowded)
                                        ? SMALL.getBytes(US_ASCII)
                                        : LARGE)))));
        CompletableFuture<Void> crowd = CompletableFuture.runAsync(() -> {
            try {
                while (enough.getCount() > 0) {
                    try (Client passing = Client.connectFrom(crowded, server.address())) {
                        passing.readAsMuchAs(SMALL);
                        passing.reset();
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        List<Client> silent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            silent.add(connectWithSmallBuffer(server));
            silent.get(i).read(LARGE.length);
        }
        awaitCount(server, Outcome.SILENT_TIMEOUT, 10);
        enough.countDown();
        crowd.join();
    }
}
