package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What all parts of the contract suite share. After each test, whatever it was about, the books must be balanced, and no
 * descriptor and no thread of ours may be left: a leak test for every branch that a test takes.
 */
@Timeout(60)
public abstract class ContractTest {
    private final List<RunningServer> servers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Deque<Runnable> releases = new ArrayDeque<>();
    private Resources before = new Resources(Set.of(), Set.of());

    /** The engine to be tested. */
    protected abstract EngineUnderTest engine();

    @BeforeAll
    static void openWhatTheJdkKeeps() throws IOException {
        Resources.warmUp();
    }

    @BeforeEach
    void countResources() {
        before = Resources.now();
    }

    @AfterEach
    void everythingIsGivenBack() {
        while (!releases.isEmpty()) {
            releases.pop().run();
        }
        clients.forEach(Client::close);
        servers.forEach(RunningServer::close);
        for (RunningServer server : servers) {
            soon().untilAsserted(() -> assertBalanced(server.stats()));
        }
        soon().untilAsserted(() -> assertThat(Resources.now().threadsSince(before))
                .as("threads left behind")
                .isEmpty());
        soon().untilAsserted(() -> assertThat(Resources.now().descriptorsSince(before))
                .as("descriptors left behind")
                .isLessThanOrEqualTo(0));
    }

    /** Every connection ended, each in one outcome, each rejected one for one reason. */
    static void assertBalanced(AcceptorStats stats) {
        assertThat(stats.ended()).as("ended of %s", stats).isEqualTo(stats.accepted());
        assertThat(stats.active()).as("active of %s", stats).isZero();
        assertThat(stats.pending()).as("pending of %s", stats).isZero();
        assertThat(sum(stats.rejections())).as("rejections of %s", stats).isEqualTo(count(stats, Outcome.REJECTED));
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Nobody listens there any more, and somebody else can. */
    protected static void assertPortIsFree(InetSocketAddress address) throws IOException {
        assertThatThrownBy(() -> Client.connect(address).close()).isInstanceOf(ConnectException.class);
        try (ServerSocket next = new ServerSocket()) {
            next.setReuseAddress(true); // connections that were served may linger in TIME_WAIT
            next.bind(address);
            assertThat(next.isBound()).isTrue();
        }
    }

    /** Starts a server in which user code of some kind closes it, and sees that it does and that nothing is left. */
    protected final void assertMayClose(Function<Runnable, ServerSpec> spec) throws IOException {
        AtomicReference<RunningServer> self = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch known = new CountDownLatch(1);
        RunningServer server = start(spec.apply(() -> {
            try {
                Behaviours.await(known);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            self.get().close();
            closed.countDown();
        }));
        self.set(server);
        known.countDown();
        for (int i = 0; i < 5; i++) {
            connectUnlessClosed(server);
        }
        soon().until(() -> closed.getCount() == 0);
        soon().untilAsserted(() -> assertPortIsFree(server.address()));
        soon().untilAsserted(() -> assertBalanced(server.stats()));
        assertThat(server.health().live()).isFalse();
    }

    private void connectUnlessClosed(RunningServer server) throws IOException {
        try {
            connect(server).send("x");
        } catch (IOException e) {
            assertThat(server.health().live()).isFalse();
        }
    }

    // ---- what tests start

    /** Starts a server that is closed after the test. */
    protected final RunningServer start(ServerSpec spec) throws IOException {
        RunningServer server = engine().start(spec);
        servers.add(server);
        return server;
    }

    /** Connects a client that is closed after the test. */
    protected final Client connect(RunningServer server) throws IOException {
        return closedAtEnd(Client.connect(server.address()));
    }

    /** Connects a client that the kernel cannot send much to unless it reads. */
    protected final Client connectWithSmallBuffer(RunningServer server) throws IOException {
        return closedAtEnd(Client.connectWithSmallBuffer(server.address()));
    }

    protected final Client closedAtEnd(Client client) {
        synchronized (clients) {
            clients.add(client);
        }
        return client;
    }

    /** A latch that is open after the test at the latest, so that nobody waits for a test that failed. */
    protected final CountDownLatch latch() {
        CountDownLatch latch = new CountDownLatch(1);
        atEnd(latch::countDown);
        return latch;
    }

    protected final HeldLoops heldLoops() {
        HeldLoops loops = new HeldLoops();
        atEnd(loops::release);
        return loops;
    }

    protected final <E extends ExecutorService> E shutDownAtEnd(E executor) {
        atEnd(executor::shutdownNow);
        return executor;
    }

    /** Run after the test, before its clients and servers are closed. */
    protected final void atEnd(Runnable release) {
        releases.push(release);
    }

    /** Connects clients until each loop is held by one. Others of them may wait in the queue behind it. */
    protected final List<Client> holdEveryLoop(RunningServer server, HeldLoops loops) {
        List<Client> holders = new ArrayList<>();
        soon().pollInterval(Duration.ofMillis(20)).until(() -> {
            if (loops.count() >= engine().acceptors()) {
                return true;
            }
            holders.add(connect(server));
            return false;
        });
        return holders;
    }

    // ---- what tests wait for

    /** Waits for what must happen, however busy the machine is. */
    protected static ConditionFactory soon() {
        return Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(15));
    }

    /** Waits until one connection has ended, and that like this. */
    protected static void awaitOutcome(RunningServer server, Outcome outcome) {
        awaitOutcomes(server, Map.of(outcome, 1L));
    }

    /** Waits until so many connections have ended, and those exactly like this. */
    protected static void awaitOutcomes(RunningServer server, Map<Outcome, Long> expected) {
        soon().untilAsserted(() -> assertThat(server.stats().ended())
                .as("ended of %s", server.stats())
                .isGreaterThanOrEqualTo(sum(expected)));
        assertThat(ends(server)).isEqualTo(expected);
    }

    /** Waits until one connection has been refused, and that for this reason. */
    protected static void awaitRejection(RunningServer server, RejectReason reason) {
        awaitRejections(server, reason, 1);
    }

    /** Waits until so many connections have been refused, all for this reason. */
    protected static void awaitRejections(RunningServer server, RejectReason reason, long expected) {
        soon().untilAsserted(() -> assertThat(count(server.stats(), Outcome.REJECTED))
                .as("rejected of %s", server.stats())
                .isGreaterThanOrEqualTo(expected));
        AcceptorStats stats = server.stats();
        assertThat(count(stats, Outcome.REJECTED)).as("rejected of %s", stats).isEqualTo(expected);
        assertThat(stats.rejections().get(reason)).as("%s of %s", reason, stats).isEqualTo(expected);
    }

    protected static void awaitCount(RunningServer server, Outcome outcome, long expected) {
        soon().untilAsserted(() -> assertThat(count(server.stats(), outcome))
                .as("%s of %s", outcome, server.stats())
                .isEqualTo(expected));
    }

    protected static void awaitAccepted(RunningServer server, long expected) {
        soon().untilAsserted(() -> assertThat(server.stats().accepted())
                .as("accepted of %s", server.stats())
                .isEqualTo(expected));
    }

    /** The outcomes that have occurred. */
    protected static Map<Outcome, Long> ends(RunningServer server) {
        Map<Outcome, Long> ends = new EnumMap<>(Outcome.class);
        server.stats().outcomes().forEach((outcome, count) -> {
            if (count > 0) {
                ends.put(outcome, count);
            }
        });
        return ends;
    }

    protected static long count(AcceptorStats stats, Outcome outcome) {
        return stats.outcomes().getOrDefault(outcome, 0L);
    }
}
