package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a client sees that there is no room for. The limit is one connection; the first client holds it. */
public abstract class RefusalContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    private static final String REPLY = "421 too many connections, try again later\r\n";

    private static ServerSpec full(Refusal refusal) {
        return ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder -> builder.maxConnections(1).refusal(RejectReason.MAX_CONNECTIONS, refusal));
    }

    /** Takes the only place. */
    private Client holder(RunningServer server) throws IOException {
        Client holder = connect(server);
        assertThat(holder.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        return holder;
    }

    private void assertServed(Client client) throws IOException {
        assertThat(client.ask("still here", "still here")).isEqualTo("still here");
    }

    @Test
    void closeIsSeenAsTheEndOfTheStream() throws IOException {
        RunningServer server = start(full(Refusal.close()));
        Client holder = holder(server);
        Client.Ending ending = connect(server).readToEnd();
        assertThat(ending.bytes()).isEmpty();
        assertThat(ending.reset()).isFalse();
        awaitRejection(server, RejectReason.MAX_CONNECTIONS);
        assertServed(holder);
    }

    @Test
    void resetIsSeenAsAReset() throws IOException {
        RunningServer server = start(full(Refusal.reset()));
        Client holder = holder(server);
        Client.Ending ending = connect(server).readToEnd();
        assertThat(ending.bytes()).isEmpty();
        assertThat(ending.reset()).isTrue();
        awaitRejection(server, RejectReason.MAX_CONNECTIONS);
        assertServed(holder);
    }

    @Test
    void aReplyArrivesInPlaceOfTheGreeting() throws IOException {
        RunningServer server = start(full(Refusal.reply(REPLY.getBytes(US_ASCII))));
        Client holder = holder(server);
        Client.Ending ending = connect(server).readToEnd();
        assertThat(ending.text()).isEqualTo(REPLY);
        assertThat(ending.reset()).isFalse();
        awaitRejection(server, RejectReason.MAX_CONNECTIONS);
        assertServed(holder);
    }

    @Test
    void aReplyArrivesWholeAlthoughTheClientHasSpokenAndGoesOn() throws Exception {
        RunningServer server = start(full(Refusal.reply(REPLY.getBytes(US_ASCII))));
        holder(server);
        for (int i = 0; i < 10; i++) {
            Client talker = connect(server).send("EHLO early\r\n");
            CompletableFuture<Void> talking = LastWordsContract.keepsTalking(talker);
            Client.Ending ending = talker.readToEnd();
            talking.join();
            assertThat(ending.text()).isEqualTo(REPLY);
            assertThat(ending.reset()).isFalse();
        }
        awaitRejections(server, RejectReason.MAX_CONNECTIONS, 10);
    }

    @Test
    void aLargeReplyArrivesWholeAlthoughTheClientHasSpoken() throws IOException {
        byte[] large = "all of it ".repeat(100_000).getBytes(US_ASCII);
        RunningServer server = start(full(Refusal.reply(large)));
        holder(server);
        Client slow = connectWithSmallBuffer(server).send("EHLO early\r\n");
        assertThat(slow.read(large.length)).isEqualTo(large);
        assertThat(slow.readToEnd().bytes()).isEmpty();
        awaitRejection(server, RejectReason.MAX_CONNECTIONS);
    }

    @Test
    void aRefusedClientThatNeverReadsItsReplyIsCutAtTheDeadlineAsRejected() throws IOException {
        RunningServer server = start(full(Refusal.reply(new byte[8 * 1024 * 1024]))
                .with(builder -> builder.greetingTimeout(Duration.ofMillis(200))));
        Client holder = holder(server);
        connectWithSmallBuffer(server);
        awaitRejection(server, RejectReason.MAX_CONNECTIONS);
        assertServed(holder);
    }

    @Test
    void aRefusedClientThatResetsInTheMiddleOfItsReplyIsRejected() throws IOException {
        RunningServer server = start(full(Refusal.reply(new byte[8 * 1024 * 1024])));
        holder(server);
        Client refused = connectWithSmallBuffer(server).send("early");
        refused.read(1);
        refused.reset();
        awaitRejection(server, RejectReason.MAX_CONNECTIONS);
        assertThat(ends(server)).containsOnlyKeys(Outcome.REJECTED);
    }

    @Test
    void aRefusedClientThatIsDoneAtOnceStillGetsItsReply() throws IOException {
        RunningServer server = start(full(Refusal.reply(REPLY.getBytes(US_ASCII))));
        holder(server);
        for (int i = 0; i < 10; i++) {
            Client.Ending ending = connect(server).finish().readToEnd();
            assertThat(ending.text()).isEqualTo(REPLY);
            assertThat(ending.reset()).isFalse();
        }
        awaitRejections(server, RejectReason.MAX_CONNECTIONS, 10);
    }

    @Test
    void clientsLeftInTheBacklogWaitAndAreServedLater() throws IOException {
        RunningServer server = start(full(Refusal.leaveInBacklog()));
        Client holder = holder(server);
        List<Client> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(connect(server).send("in time").finish());
        }
        assertServed(holder);
        assertThat(server.stats().accepted()).isEqualTo(1);
        holder.finish().readToEnd();
        List<String> heard = new ArrayList<>();
        for (Client next : waiting) { // in whatever order the loops took them
            heard.add(next.readToEnd().text());
        }
        if (engine().acceptsOneByOne()) {
            assertThat(heard).containsOnly(GREETING + "in time");
            awaitOutcomes(server, Map.of(Outcome.COMPLETED, 11L));
        } else { // more than one was accepted when the limit was looked at: those are closed then
            assertThat(heard).isSubsetOf(GREETING + "in time", "");
            soon().until(() -> server.stats().ended() == 11);
        }
    }

    @Test
    void aPlaceIsFreeAgainWhenItsClientHasLeft() throws IOException {
        RunningServer server = start(full(Refusal.close()));
        for (long i = 1; i <= 10; i++) {
            Client holder = holder(server);
            assertThat(connect(server).readToEnd().bytes()).isEmpty();
            assertServed(holder);
            assertThat(holder.finish().readToEnd().reset()).isFalse();
            awaitCount(server, Outcome.COMPLETED, i);
            awaitRejections(server, RejectReason.MAX_CONNECTIONS, i);
        }
    }

    @Test
    void aConnectionTakesItsPlaceForAsLongAsItsHandlerRuns() throws IOException {
        CountDownLatch release = latch();
        RunningServer server = start(ServerSpec.doing(Behaviours.waitingFor(release))
                .with(builder -> builder.handOffAtOnce().maxConnections(1)));
        connect(server).close();
        soon().until(() -> server.stats().accepted() == 1);
        connect(server).readToEnd();
        awaitRejection(server, RejectReason.MAX_CONNECTIONS);
    }
}
