package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.DrainReport;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A listener that blocks loses events, which are counted, and holds up nothing else. */
@SuppressWarnings("this-escape") // of the latch to its list, before any test runs
public abstract class BlockedListenerContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    /** The documented length of the queue of events. */
    private static final int CAPACITY = 8192;

    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch release = latch();
    private final RecordingListener listener = new RecordingListener() {
        @Override
        public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
            blocked.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.onEnded(id, peer, outcome, reason, lasted);
        }
    };

    private RunningServer blockedServer() throws IOException {
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING).listener(listener));
        Client.probe(server.address());
        soon().until(() -> blocked.getCount() == 0);
        return server;
    }

    @Test
    void eventsBeyondTheQueuesLengthAreDroppedAndCounted() throws IOException {
        RunningServer server = blockedServer();
        int probes = CAPACITY + 300;
        for (int i = 0; i < probes; i++) {
            Client.probe(server.address());
        }
        soon().until(() -> server.stats().ended() == 1 + probes);
        assertThat(server.stats().eventsDropped()).isEqualTo(300);
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(client.ask("x", "x")).isEqualTo("x");
        assertThat(listener.ended()).isEmpty();
        release.countDown();
        soon().untilAsserted(() -> assertThat(listener.ended()).hasSize(1 + CAPACITY));
    }

    @Test
    void closeDoesNotWaitForIt() throws IOException {
        RunningServer server = blockedServer();
        Client client = connect(server);
        client.readAsMuchAs(GREETING);
        assertThat(client.ask("x", "x")).isEqualTo("x");
        server.close();
        awaitCount(server, Outcome.CUT, 1);
        assertThat(listener.ended()).isEmpty();
        release.countDown();
        listener.assertHeardOfEveryEndOnce(server);
    }

    @Test
    void aDrainDoesNotWaitForIt() throws IOException {
        RunningServer server = blockedServer();
        connect(server).readAsMuchAs(GREETING);
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, Duration.ZERO);
        soon().until(() -> drain.toCompletableFuture().isDone());
        assertThat(count(server.stats(), Outcome.CUT)).isEqualTo(1);
        release.countDown();
        soon().until(() -> listener.drains().size() == 1);
        listener.assertHeardOfEveryEndOnce(server);
    }
}
