package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A handler's final bytes are not destroyed by a reset of our own, whatever the client is still sending. */
public abstract class LastWordsContract extends ContractTest {
    private static final String LAST_WORDS = "554 no such service here, closing\r\n";
    /** Less than a closing server reads and throws away; beyond that it may reset. */
    private static final int KEPT_TALKING_BYTES = 32 * 1024;
    /** Far above what both kernels keep and the server discards, far below what goes through in the time it lingers. */
    private static final long MORE_THAN_BUFFERS_HOLD = 64L * 1024 * 1024;

    /** A client that writes on in small pieces and reads nothing of what it is told. Completed when it has stopped. */
    static CompletableFuture<Void> keepsTalking(Client client) {
        return CompletableFuture.runAsync(() -> {
            byte[] piece = new byte[64];
            try {
                for (int sent = 0; sent < KEPT_TALKING_BYTES; sent += piece.length) {
                    client.send(piece);
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                assertThat(e)
                        .as("the server has gone, which the test sees by what it reads")
                        .isNotNull();
            }
        });
    }

    @Test
    void theyArriveAlthoughTheClientHasSentWhatNobodyRead() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> Behaviours.say(talk, LAST_WORDS)));
        for (int i = 0; i < 10; i++) {
            Client client = connect(server).send("a".repeat(10_000));
            assertThat(client.readAsMuchAs(LAST_WORDS)).isEqualTo(LAST_WORDS);
            assertThat(client.readToEnd()).satisfies(ending -> {
                assertThat(ending.bytes()).isEmpty();
                assertThat(ending.reset()).isFalse();
            });
        }
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 10L));
    }

    @Test
    void whoeverIsToldNothingSeesTheEndAndNoResetAlthoughNobodyReadWhatItSent() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> talk.input().read()));
        for (long i = 1; i <= 5; i++) {
            Client client = connect(server).send("a".repeat(100));
            awaitCount(server, Outcome.COMPLETED, i);
            assertThat(client.readToEnd()).satisfies(ending -> {
                assertThat(ending.bytes()).isEmpty();
                assertThat(ending.reset()).isFalse();
            });
        }
    }

    @Test
    void aGreetingThatIsStillOnItsWayCountsAsLastWords() throws IOException {
        byte[] greeting = "220 welcome\r\n".repeat(5_000).getBytes(US_ASCII);
        CountDownLatch handled = new CountDownLatch(1);
        RunningServer server = start(
                ServerSpec.doing(talk -> handled.countDown()).with(builder -> builder.greeting(Greeting.of(greeting))));
        Client client = connectWithSmallBuffer(server).send("nobody reads this");
        soon().until(() -> handled.getCount() == 0);
        assertThat(client.readToEnd().bytes()).isEqualTo(greeting);
    }

    @Test
    void aClientThatSendsWithoutEndIsNotReadWithoutEnd() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> Behaviours.say(talk, LAST_WORDS)));
        Client client = connect(server);
        byte[] piece = new byte[64 * 1024];
        long sent = 0;
        try {
            while (sent < MORE_THAN_BUFFERS_HOLD) {
                client.send(piece);
                sent += piece.length;
            }
        } catch (IOException e) {
            assertThat(e).isInstanceOf(SocketException.class); // closed by the server
        }
        assertThat(sent).isLessThan(MORE_THAN_BUFFERS_HOLD);
    }

    @Test
    void theyArriveAlthoughTheClientKeepsWriting() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> Behaviours.say(talk, LAST_WORDS)));
        for (int i = 0; i < 10; i++) {
            Client client = connect(server).send("early");
            CompletableFuture<Void> talking = keepsTalking(client);
            Client.Ending ending = client.readToEnd();
            talking.join();
            assertThat(ending.text()).isEqualTo(LAST_WORDS);
            assertThat(ending.reset()).isFalse();
        }
        soon().until(() -> server.stats().ended() == 10);
        assertThat(count(server.stats(), Outcome.COMPLETED)).isEqualTo(10);
    }

    @Test
    void theyArriveAlsoWhenTheHandlerClosedOrFailed() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
            Behaviours.say(talk, LAST_WORDS);
            if (talk.id() % 3 == 0) {
                talk.close();
            } else if (talk.id() % 3 == 1) {
                talk.output().close();
            } else {
                throw new IllegalStateException("on purpose");
            }
        }));
        for (int i = 0; i < 9; i++) {
            Client client = connect(server).send("early");
            CompletableFuture<Void> talking = keepsTalking(client);
            Client.Ending ending = client.readToEnd();
            talking.join();
            assertThat(ending.text()).isEqualTo(LAST_WORDS);
            assertThat(ending.reset()).isFalse();
        }
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 6L, Outcome.HANDLER_FAILED, 3L));
    }

    @Test
    void manyOfThemArriveAtASlowReader() throws IOException {
        byte[] much = new byte[1024 * 1024];
        Arrays.fill(much, (byte) 'x');
        RunningServer server = start(ServerSpec.doing(talk -> talk.output().write(much)));
        Client slow = connectWithSmallBuffer(server).send("unread");
        assertThat(slow.readToEnd())
                .satisfies(ending -> assertThat(ending.bytes()).isEqualTo(much));
    }

    @Test
    void aClientThatStaysDoesNotKeepTheConnectionOpen() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> Behaviours.say(talk, LAST_WORDS)));
        assertThat(connect(server).readAsMuchAs(LAST_WORDS)).isEqualTo(LAST_WORDS);
        awaitOutcome(server, Outcome.COMPLETED); // though the client has not closed
    }

    @Test
    void aClientThatNeverStopsSendingDoesNotKeepTheConnectionOpen() throws Exception {
        CountDownLatch enough = latch();
        RunningServer server = start(ServerSpec.doing(talk -> Behaviours.say(talk, LAST_WORDS)));
        Client client = connect(server).send("early");
        CompletableFuture<Void> flooding = CompletableFuture.runAsync(() -> {
            try {
                while (enough.getCount() > 0) {
                    client.send(new byte[1024]);
                }
            } catch (IOException e) {
                assertThat(e).as("the server has closed").isNotNull();
            }
        });
        awaitOutcome(server, Outcome.COMPLETED);
        enough.countDown();
        flooding.join();
    }
}
