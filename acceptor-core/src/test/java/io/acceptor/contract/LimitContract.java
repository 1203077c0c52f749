package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.acceptor.Admission;
import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How many connections, how fast, and from where. The greeting tells a client that it was admitted. */
public abstract class LimitContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";

    private static ServerSpec greeting(Behaviour behaviour) {
        return ServerSpec.doing(behaviour).greeting(GREETING);
    }

    private static Bulkhead bulkhead(int permits) {
        return Bulkhead.of(
                "test",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(permits)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
    }

    private static RateLimiter rateLimiter(int permits) {
        return RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(permits)
                        .limitRefreshPeriod(Duration.ofDays(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
    }

    private Client admitted(RunningServer server) throws IOException {
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        return client;
    }

    private void assertRefused(RunningServer server, RejectReason reason, long total) throws IOException {
        assertThat(connect(server).readToEnd().bytes()).isEmpty();
        awaitRejections(server, reason, total);
    }

    private static int free(Bulkhead bulkhead) {
        return bulkhead.getMetrics().getAvailableConcurrentCalls();
    }

    // ---- bulkhead

    @Test
    void everyEndGivesTheBulkheadItsPermitBack() throws IOException {
        Bulkhead bulkhead = bulkhead(4);
        RunningServer server = start(greeting(talk -> {
                    if (talk.input().read() == 'f') {
                        throw new IllegalStateException("on purpose");
                    }
                })
                .with(builder -> builder.bulkhead(bulkhead)
                        .awaitFirstByte(Duration.ofMillis(300))
                        .maxConnectionsPerSource(3)
                        .admission(peer -> peer.remoteAddress()
                                        .getAddress()
                                        .getHostAddress()
                                        .equals("127.0.0.9")
                                ? Admission.reject(Refusal.reset())
                                : Admission.admit())));
        for (int i = 0; i < 5; i++) { // more than there are permits, of each kind
            Client.probe(server.address());
            admitted(server).reset();
            admitted(server).finish().readToEnd();
            soon().until(() -> server.stats().active() == 0); // an end may be booked after the client has seen it
            admitted(server).send("completes").readToEnd();
            admitted(server).send("fails").readToEnd();
            closedAtEnd(Client.connectFrom(InetAddress.getByName("127.0.0.9"), server.address()))
                    .readToEnd();
            soon().until(() -> server.stats().active() == 0);
        }
        admitted(server).readToEnd(); // silent for too long
        soon().until(() -> server.stats().active() == 0);
        assertThat(free(bulkhead)).isEqualTo(4);
        assertThat(ends(server))
                .containsKeys(
                        Outcome.CLOSED_SILENTLY,
                        Outcome.COMPLETED,
                        Outcome.HANDLER_FAILED,
                        Outcome.SILENT_TIMEOUT,
                        Outcome.REJECTED);
    }

    @Test
    void cutConnectionsGiveTheBulkheadTheirPermitsBack() throws IOException {
        Bulkhead bulkhead = bulkhead(4);
        RunningServer server = start(greeting(Behaviours.echo()).with(builder -> builder.bulkhead(bulkhead)));
        admitted(server);
        Client busy = admitted(server);
        assertThat(busy.ask("x", "x")).isEqualTo("x");
        assertThat(free(bulkhead)).isEqualTo(2);
        server.close();
        soon().until(() -> free(bulkhead) == 4);
    }

    @Test
    void aPermitComesBackOnlyWhenTheConnectionIsClosed() throws IOException {
        Bulkhead bulkhead = bulkhead(4);
        AtomicReference<Client> leaving = new AtomicReference<>();
        List<Client.Ending> seen = new CopyOnWriteArrayList<>();
        bulkhead.getEventPublisher()
                .onCallFinished(event -> seen.add(leaving.get().readToEnd()));
        RunningServer server = start(greeting(Behaviours.echo())
                .with(builder -> builder.bulkhead(bulkhead).awaitFirstByte(Duration.ofMillis(300))));
        leaving.set(admitted(server)); // silent for too long
        soon().until(() -> server.stats().ended() == 1);
        assertThat(seen).hasSize(1);

        leaving.set(admitted(server));
        assertThat(leaving.get().ask("x", "x")).isEqualTo("x");
        server.close();
        soon().until(() -> server.stats().ended() == 2);
        assertThat(seen).hasSize(2);
    }

    @Test
    void aBulkheadSharedByTwoServersLimitsBoth() throws IOException {
        Bulkhead bulkhead = bulkhead(1);
        ServerSpec spec = greeting(Behaviours.echo()).with(builder -> builder.bulkhead(bulkhead));
        RunningServer one = start(spec);
        RunningServer other = start(spec);
        Client holder = admitted(one);
        assertRefused(other, RejectReason.MAX_CONNECTIONS, 1);
        holder.finish().readToEnd();
        soon().until(() -> free(bulkhead) == 1);
        admitted(other);
    }

    @Test
    void aBulkheadThatWouldParkTheLoopRefusesAndSaysSoOnce() throws IOException {
        Bulkhead bulkhead = bulkhead(4);
        try (LogCapture log = new LogCapture()) {
            RunningServer server = start(greeting(Behaviours.echo()).with(builder -> builder.bulkhead(bulkhead)));
            admitted(server);
            bulkhead.changeConfig(BulkheadConfig.custom()
                    .maxConcurrentCalls(4)
                    .maxWaitDuration(Duration.ofMinutes(5))
                    .build());
            assertRefused(server, RejectReason.MAX_CONNECTIONS, 1);
            assertRefused(server, RejectReason.MAX_CONNECTIONS, 2);
            soon().until(() -> !log.linesFrom(Level.ERROR).isEmpty());
            assertThat(log.linesFrom(Level.ERROR)).hasSize(1);
            bulkhead.changeConfig(BulkheadConfig.custom()
                    .maxConcurrentCalls(4)
                    .maxWaitDuration(Duration.ZERO)
                    .build());
            admitted(server);
        }
    }

    // ---- rate limiter

    @Test
    void theRateLimiterRefusesWhatIsOverIt() throws IOException {
        RunningServer server = start(greeting(Behaviours.echo()).with(builder -> builder.rateLimiter(rateLimiter(2))));
        Client first = admitted(server);
        admitted(server);
        assertRefused(server, RejectReason.RATE, 1);
        assertThat(first.ask("x", "x")).isEqualTo("x");
    }

    @Test
    void clientsThatAreDeadWhenLookedAtTakeNoRatePermit() throws IOException {
        RateLimiter rate = rateLimiter(100);
        HeldLoops loops = heldLoops();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.rateLimiter(rate).greeting(loops.greeting(GREETING))));
        List<Client> holders = holdEveryLoop(server, loops);
        for (int i = 0; i < 20; i++) {
            Client.probe(server.address()); // dead
            connect(server).close(); // gone silently
        }
        loops.release();
        soon().until(() -> server.stats().accepted() == holders.size() + 40);
        soon().until(() -> server.stats().active() == holders.size());
        assertThat(server.stats().probeLike()).isEqualTo(40);
        assertThat(rate.getMetrics().getAvailablePermissions()).isEqualTo(100 - holders.size());
    }

    @Test
    void aRateLimiterThatWouldParkTheLoopRefusesUntilItIsMended() throws IOException {
        RateLimiter rate = rateLimiter(100);
        RunningServer server = start(greeting(Behaviours.echo()).with(builder -> builder.rateLimiter(rate)));
        admitted(server);
        rate.changeTimeoutDuration(Duration.ofMinutes(5));
        assertRefused(server, RejectReason.RATE, 1);
        rate.changeTimeoutDuration(Duration.ZERO);
        admitted(server);
    }

    @Test
    void clientsOverTheRateCanBeLeftInTheBacklog() throws IOException {
        RateLimiter rate = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofMillis(300))
                        .timeoutDuration(Duration.ZERO)
                        .build());
        RunningServer server = start(greeting(Behaviours.echo())
                .with(builder -> builder.rateLimiter(rate).refusal(RejectReason.RATE, Refusal.leaveInBacklog())));
        for (int i = 0; i < 3; i++) {
            admitted(server); // the later ones after the next refresh
            server.awaitLimitNoticed();
        }
        assertThat(ends(server)).isEmpty();
    }

    // ---- one source

    @Test
    void aSourceHasItsOwnLimit() throws IOException {
        RunningServer server = start(greeting(Behaviours.echo()).with(builder -> builder.maxConnectionsPerSource(1)));
        for (long i = 1; i <= 5; i++) {
            Client holder = admitted(server);
            assertRefused(server, RejectReason.SOURCE_LIMIT, i);
            Client elsewhere = closedAtEnd(Client.connectFrom(InetAddress.getByName("127.0.0.2"), server.address()));
            assertThat(elsewhere.readAsMuchAs(GREETING)).isEqualTo(GREETING);
            holder.close();
            elsewhere.reset();
            soon().until(() -> server.stats().active() == 0);
        }
    }

    @Test
    void aRefusedClientDoesNotCountAgainstItsSource() throws IOException {
        RunningServer server = start(greeting(Behaviours.echo()).with(builder -> builder.maxConnectionsPerSource(2)));
        Client one = admitted(server);
        admitted(server);
        for (long i = 1; i <= 5; i++) {
            assertRefused(server, RejectReason.SOURCE_LIMIT, i);
        }
        one.close();
        awaitCount(server, Outcome.CLOSED_SILENTLY, 1);
        admitted(server);
    }
}
