package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.AcceptorBuilder;
import io.acceptor.AcceptorStats;
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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every fault at once, at a server with small limits, and then the books against everybody else's count.
 *
 * <p>The seed is printed and can be set by {@code -Dacceptor.hammer.seed}, the length of each of its three ways by
 * {@code -Dacceptor.hammer.seconds} (default: 3). The seed fixes what each client thread does in which order, not how the threads meet.
 */
public abstract class HammerContract extends ContractTest {
    private static final int CLIENT_THREADS = 16;
    private static final int MAX_OPEN = 32;
    private static final int MAX_PER_SOURCE = 8;
    /** Clients of one source for whom there is no place. */
    private static final int MORE = 3;

    private static final int MAX_PENDING = 6;
    private static final int WORKERS = 6;
    private static final Duration SHORT = Duration.ofMillis(200);

    private final HammerScript script = new HammerScript();
    private final RecordingListener listener = new RecordingListener();
    private final CountingBreaker breaker = new CountingBreaker();
    private final AtomicLong rateRefused = new AtomicLong();
    private final Bulkhead bulkhead = Bulkhead.of(
            "hammer",
            BulkheadConfig.custom()
                    .maxConcurrentCalls(MAX_OPEN)
                    .maxWaitDuration(Duration.ZERO)
                    .build());
    private final ThreadPoolExecutor workers =
            new ThreadPoolExecutor(WORKERS, WORKERS, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(8));
    private final RateLimiter rate = RateLimiter.of(
            "hammer",
            RateLimiterConfig.custom()
                    .limitForPeriod(60)
                    .limitRefreshPeriod(Duration.ofMillis(50))
                    .timeoutDuration(Duration.ZERO)
                    .build());

    /** When handlers get their clients: each way takes other paths through the hand-off. */
    @SuppressWarnings("ImmutableEnumChecker") // a setting is a function without state
    enum Way {
        ON_FIRST_BYTE(builder -> builder.awaitFirstByte(SHORT), HammerClients.ALL),
        SETTLED(builder -> builder.settle(Duration.ofMillis(1)), HammerClients.IMPATIENT),
        AT_ONCE(AcceptorBuilder::handOffAtOnce, HammerClients.IMPATIENT);

        private final Consumer<AcceptorBuilder<?>> setting;
        private final List<Fault> faults;

        Way(Consumer<AcceptorBuilder<?>> setting, List<Fault> faults) {
            this.setting = setting;
            this.faults = faults;
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @Timeout(300)
    void theBooksAgreeWithEverybodyElsesCount(Way way) throws Exception {
        long seed = Long.getLong("acceptor.hammer.seed", System.nanoTime());
        System.out.println("hammer " + way + " on " + engine() + ": -Dacceptor.hammer.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        rate.getEventPublisher().onFailure(event -> rateRefused.incrementAndGet());
        UnreliableExecutor executor = new UnreliableExecutor(shutDownAtEnd(workers), random.split());
        RunningServer server = start(spec(executor).with(way.setting));
        serveOne(server); // whatever opens descriptors once has done so
        soon().until(() -> server.stats().active() == 0);
        Resources before = Resources.now();
        long connectedBefore = server.stats().accepted();

        HammerClients clients = new HammerClients(server.address(), way.faults, CLIENT_THREADS, random.split());
        try (HammerWatch watch = new HammerWatch(server, bulkhead, maxPendingSeen(), random.split())) {
            clients.start();
            watch.forSeconds(Integer.getInteger("acceptor.hammer.seconds", 3));
            clients.stop();
            // Nobody was kept waiting beyond patience, or got bytes that were meant for another, or an answer and then
            // a reset.
            assertThat(clients.failures).isEmpty();
            assertThat(watch.violations()).isEmpty();
        }
        soon().untilAsserted(() -> assertBalanced(server.stats()));
        System.out.println("  " + clients.connected + " clients: " + ends(server));

        compareWithTheClients(server.stats(), clients, connectedBefore);
        compareWithTheUserCode(server.stats());
        compareWithTheListener(server);
        nothingIsHeldAnyMore(server, before);
        executor.calm();
        breaker.calm();
        everySourceHasAllItsPlacesAgain(server);
    }

    /** Each loop counts a connection in before it finds that there is no room for it. */
    private long maxPendingSeen() {
        return (long) MAX_PENDING + engine().acceptors();
    }

    private ServerSpec spec(UnreliableExecutor executor) {
        Refusal words = Refusal.reply(HammerScript.REFUSAL.getBytes(US_ASCII));
        return ServerSpec.doing(script::serve)
                .listener(listener)
                .maxPending(MAX_PENDING)
                .handoffTimeout(SHORT)
                .executor(executor)
                .with(builder -> builder.name("hammer")
                        .greeting(script.greeting())
                        .greetingTimeout(SHORT.dividedBy(2))
                        .bulkhead(bulkhead)
                        .maxConnectionsPerSource(MAX_PER_SOURCE)
                        .rateLimiter(rate)
                        .circuitBreaker(breaker.proxy())
                        .admission(script.policy())
                        .refusal(RejectReason.MAX_CONNECTIONS, words)
                        .refusal(RejectReason.WORKERS, words)
                        .refusal(RejectReason.POLICY, words)
                        .refusal(RejectReason.RATE, Refusal.reset()));
    }

    private void compareWithTheClients(AcceptorStats stats, HammerClients clients, long connectedBefore) {
        // The kernel completed so many handshakes and none was lost: each of them was accepted, once.
        assertThat(stats.accepted() - connectedBefore).as("accepted").isEqualTo(clients.connected.get());
        // Who was served whole was booked as completed (or failed, or reset, as it asked to be): ends are not mixed up.
        assertThat(count(stats, Outcome.COMPLETED))
                .as("completed")
                .isGreaterThanOrEqualTo(clients.count(Fault.Seen.SERVED) + clients.count(Fault.Seen.HEARD_LAST_WORDS));
        assertThat(count(stats, Outcome.HANDLER_FAILED))
                .as("failed")
                .isGreaterThanOrEqualTo(clients.count(Fault.Seen.FAILED_AS_ASKED));
        assertThat(count(stats, Outcome.PEER_RESET))
                .as("reset after they had spoken")
                .isGreaterThanOrEqualTo(clients.count(Fault.Seen.RESET_AFTER_ANSWER));
        assertThat(count(stats, Outcome.REJECTED))
                .as("rejected")
                .isGreaterThanOrEqualTo(clients.count(Fault.Seen.REFUSED_IN_WORDS));
        // What needs a client that spoke was not booked for clients that did not, and the other way round.
        long answered = clients.count(Fault.Seen.SERVED)
                + clients.count(Fault.Seen.HEARD_LAST_WORDS)
                + clients.count(Fault.Seen.FAILED_AS_ASKED)
                + clients.count(Fault.Seen.RESET_AFTER_ANSWER);
        long spoke = answered + clients.count(Fault.Seen.SPOKE_IN_VAIN) + clients.count(Fault.Seen.REFUSED_IN_WORDS);
        assertThat(count(stats, Outcome.COMPLETED)
                        + count(stats, Outcome.HANDLER_FAILED)
                        + count(stats, Outcome.PEER_RESET))
                .as("outcomes of clients that spoke")
                .isBetween(answered, spoke + connectedBefore);
        assertThat(stats.probeLike())
                .as("outcomes of clients that left in silence")
                .isLessThanOrEqualTo(clients.connected.get() - answered - clients.count(Fault.Seen.WAITED));
        // Nobody was cut: that is for close() and drain.
        assertThat(count(stats, Outcome.CUT)).as("cut").isZero();
        // No last word was lost: each was sent after the client had sent more than its handler read.
        assertThat(clients.count(Fault.Seen.HEARD_LAST_WORDS)).as("last words").isEqualTo(script.lastWords.get());
        // The hammer hit: what it is made for did happen.
        assertThat(clients.count(Fault.Seen.SERVED)).as("served").isPositive();
        assertThat(stats.probeLike()).as("probes").isPositive();
    }

    private void compareWithTheUserCode(AcceptorStats stats) {
        if (!engine().hasExecutor()) { // then nothing waits for a behaviour's worker
            soon().until(() ->
                    script.started.get() == breaker.permittedToWorkers() && script.ended.get() == script.started.get());
        }
        // Every handler that began came to its end before its connection was booked as ended.
        assertThat(script.ended).hasValue(script.started.get());
        // A worker asks the breaker once for each connection it has claimed, so these are the claims: one handler each.
        assertThat(script.started).hasValue(breaker.permittedToWorkers());
        // Whatever became of a connection, the breaker got its permission back, once.
        assertThat(breaker.returned()).as("returned to the breaker").isEqualTo(breaker.permitted());
        // The outcomes that user code decides, counted by the user code. A handler's failure may yield to its client's
        // reset.
        assertThat(count(stats, Outcome.GREETING_FAILED)).isEqualTo(script.suppliersFailed.get());
        assertThat(stats.rejections().get(RejectReason.POLICY)).isEqualTo(script.policyRefused.get());
        assertThat(stats.rejections().get(RejectReason.RATE)).isEqualTo(rateRefused.get());
        assertThat(count(stats, Outcome.HANDLER_FAILED)).isLessThanOrEqualTo(script.threw.get());
        assertThat(breaker.errors()).isEqualTo(count(stats, Outcome.HANDLER_FAILED));
        assertThat(breaker.successes()).isEqualTo(count(stats, Outcome.COMPLETED));
    }

    private void compareWithTheListener(RunningServer server) {
        // Dropped events can be log lines too.
        soon().untilAsserted(() -> assertThat((long) listener.ended().size())
                .as("told the listener, with %d events dropped", server.stats().eventsDropped())
                .isBetween(
                        server.stats().ended() - server.stats().eventsDropped(),
                        server.stats().ended()));
        Set<Long> ids = new HashSet<>();
        listener.ended().forEach(ended -> ids.add(ended.id()));
        assertThat(ids).as("no connection ends twice").hasSameSizeAs(listener.ended());
    }

    private void nothingIsHeldAnyMore(RunningServer server, Resources before) throws Exception {
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(MAX_OPEN);
        soon().untilAsserted(() -> assertThat(Resources.now().descriptorsSince(before))
                .as("descriptors since before")
                .isLessThanOrEqualTo(0));
        assertThat(server.health().live()).isTrue();
        soon().until(() -> serveOne(server));
    }

    private void everySourceHasAllItsPlacesAgain(RunningServer server) throws Exception {
        workers.setMaximumPoolSize(MAX_PER_SOURCE);
        workers.setCorePoolSize(MAX_PER_SOURCE);
        for (int source = 1; source <= HammerClients.SOURCES; source++) {
            soon().until(() -> rate.getMetrics().getAvailablePermissions() >= MAX_PER_SOURCE + MORE);
            fillPlacesOf(HammerClients.source(source), server);
            soon().until(() -> server.stats().active() == 0);
        }
    }

    /** So many clients of one source are served at once, the next ones are refused, and nobody for another reason. */
    private void fillPlacesOf(InetAddress source, RunningServer server) throws Exception {
        AcceptorStats atRest = server.stats();
        Map<RejectReason, Long> expected = new EnumMap<>(atRest.rejections());
        List<Client> served = new ArrayList<>();
        for (int i = 0; i < MAX_PER_SOURCE; i++) {
            long started = script.started.get();
            Client client = closedAtEnd(Client.connectFrom(source, HammerScript::welcomes, server.address()));
            served.add(client.send("S")); // its handler waits for the rest
            soon().untilAsserted(() -> assertThat(script.started)
                    .as("handlers of %s, before it was %s", server.stats(), atRest)
                    .hasValue(started + 1));
        }
        for (int i = 0; i < MORE; i++) {
            closedAtEnd(Client.connectFrom(source, HammerScript::welcomes, server.address()))
                    .readToEnd();
            expected.merge(RejectReason.SOURCE_LIMIT, 1L, Long::sum);
        }
        soon().untilAsserted(() -> assertThat(server.stats().rejections()).isEqualTo(expected));
        served.forEach(Client::close);
    }

    private boolean serveOne(RunningServer server) throws Exception {
        Client client = connect(server);
        try {
            return new Fault.Speak(HammerScript.SERVE).play(client) == Fault.Seen.SERVED;
        } catch (IOException e) {
            return false; // its port is one that the script refuses
        }
    }
}
