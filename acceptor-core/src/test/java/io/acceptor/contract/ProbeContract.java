package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave without a word: counted by how they left, and no trouble to anybody. */
public abstract class ProbeContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    private static final int PROBES = 20;
    private static final int PROBES_OF_A_STORM = 300;

    @Test
    void aClientThatResetsInTheQueueIsResetBeforeGreeting() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.never()).with(builder -> builder.greeting(loops.greeting(GREETING))));
        holdEveryLoop(server, loops);
        probe(server, PROBES);
        loops.release();
        awaitCount(server, Outcome.RESET_BEFORE_GREETING, PROBES);
    }

    @Test
    void aClientThatResetsInTheQueueIsResetBeforeGreetingAlsoWhenThereIsNone() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server = start(ServerSpec.doing(Behaviours.never())
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                    loops.hold();
                    return ByteBuffer.allocate(0);
                }))));
        holdEveryLoop(server, loops);
        probe(server, PROBES);
        loops.release();
        awaitCount(server, Outcome.RESET_BEFORE_GREETING, PROBES);
    }

    @ParameterizedTest(name = "greeting {0}")
    @ValueSource(booleans = {true, false})
    void aClientThatResetsInTheQueueNeverGetsAsFarAsAWorkerOrAPolicy(boolean greets) throws IOException {
        HeldLoops loops = heldLoops();
        AtomicInteger asked = new AtomicInteger();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.handOffAtOnce())
                .with(builder -> builder.greeting(greets ? Greeting.of(GREETING, US_ASCII) : Greeting.none()))
                .with(builder -> builder.admission(peer -> {
                    asked.incrementAndGet();
                    loops.hold();
                    return Admission.admit();
                })));
        List<Client> holders = holdEveryLoop(server, loops);
        probe(server, PROBES);
        loops.release();
        awaitCount(server, Outcome.RESET_BEFORE_GREETING, PROBES);
        holders.forEach(Client::close);
        soon().until(() -> server.stats().active() == 0);
        assertThat(asked).hasValue(holders.size());
    }

    @Test
    void aResetAfterTheGreetingIsCountedAsThat() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.never()).greeting(GREETING));
        for (int i = 0; i < PROBES; i++) {
            Client probe = connect(server);
            probe.readAsMuchAs(GREETING);
            probe.reset();
        }
        awaitOutcomes(server, Map.of(Outcome.RESET_AFTER_GREETING, (long) PROBES));
    }

    @Test
    void aSilentFinIsCountedAsThat() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.never()).greeting(GREETING));
        for (int i = 0; i < PROBES; i++) {
            Client probe = connect(server);
            probe.readAsMuchAs(GREETING);
            probe.close();
        }
        awaitOutcomes(server, Map.of(Outcome.CLOSED_SILENTLY, (long) PROBES));
    }

    @Test
    void withoutAGreetingAProbeThatLeavesBeforeItsTurnCostsNoWorker() throws IOException {
        RunningServer server =
                start(ServerSpec.doing(Behaviours.never()).with(builder -> builder.settle(Duration.ofMinutes(5))));
        for (int i = 0; i < PROBES; i++) {
            Client probe = connect(server);
            awaitAccepted(server, 2L * i + 1);
            probe.reset();
            Client leaver = connect(server);
            awaitAccepted(server, 2L * i + 2);
            leaver.close();
        }
        soon().until(() -> server.stats().active() == 0);
        assertThat(server.stats().probeLike()).isEqualTo(2L * PROBES);
        assertThat(count(server.stats(), Outcome.CLOSED_SILENTLY)).isEqualTo(PROBES);
    }

    @Test
    void aStormOfProbesIsNotLoggedAndLeavesClientsGreeted() throws IOException {
        try (LogCapture log = new LogCapture()) {
            RunningServer server = start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING));
            int clients = 10;
            for (int i = 0; i < clients; i++) {
                probe(server, PROBES_OF_A_STORM);
                Client client = connect(server);
                assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
                assertThat(client.ask("x", "x")).isEqualTo("x");
                client.finish().readToEnd();
            }
            soon().until(() -> server.stats().ended() == (PROBES_OF_A_STORM + 1L) * clients);
            assertThat(count(server.stats(), Outcome.COMPLETED)).isEqualTo(clients);
            assertThat(server.stats().probeLike()).isEqualTo((long) PROBES_OF_A_STORM * clients);
            server.close();
            assertThat(log.linesFrom(Level.INFO)).isEmpty();
        }
    }

    @Test
    void aDeadClientIsNotCountedAsRefused() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server = start(ServerSpec.doing(Behaviours.never())
                .with(builder -> builder.greeting(loops.greeting(GREETING))
                        .maxConnections(engine().acceptors())
                        .refusal(RejectReason.MAX_CONNECTIONS, Refusal.reset())));
        List<Client> holders = holdEveryLoop(server, loops); // all there is room for are in
        long behind = (long) holders.size() - engine().acceptors();
        probe(server, PROBES);
        loops.release();
        awaitCount(server, Outcome.RESET_BEFORE_GREETING, PROBES);
        awaitRejections(server, RejectReason.MAX_CONNECTIONS, behind);
    }

    private static void probe(RunningServer server, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            Client.probe(server.address());
        }
    }
}
