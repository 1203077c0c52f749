package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.AcceptorBuilder;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that wait for the one worker there is, and what becomes of those that leave meanwhile. */
@SuppressWarnings("this-escape") // of the latch to its list, before any test runs
public abstract class WaitingContract extends ContractTest {
    private static final Duration FOR_EVER = Duration.ofMinutes(5);

    private final AtomicInteger started = new AtomicInteger();
    private final CountDownLatch release = latch();

    static Stream<Arguments> waysWithoutAFirstByte() {
        Consumer<AcceptorBuilder<?>> settle = builder -> builder.settle(Duration.ofMillis(1));
        Consumer<AcceptorBuilder<?>> atOnce = builder -> builder.handOffAtOnce();
        return Stream.of(Arguments.of("settled", settle), Arguments.of("at once", atOnce));
    }

    /** One worker, and the first client has it. */
    private RunningServer busyServer(Consumer<AcceptorBuilder<?>> way) throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
                    started.incrementAndGet();
                    Behaviours.await(release);
                    Behaviours.echo().serve(talk);
                })
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor()))
                .handoffTimeout(FOR_EVER)
                .with(way));
        connect(server).send("x").finish();
        soon().until(() -> started.get() == 1);
        return server;
    }

    private List<Client> waiting(RunningServer server, int count) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(connect(server));
        }
        soon().until(() -> server.stats().pending() == count);
        return clients;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysWithoutAFirstByte")
    void thoseThatResetWhileTheyWaitAreDroppedAndReachNoHandler(String name, Consumer<AcceptorBuilder<?>> way)
            throws IOException {
        RunningServer server = busyServer(way);
        List<Client> waiting = waiting(server, 20);
        for (Client client : waiting.subList(0, 15)) {
            client.reset();
        }
        awaitCount(server, Outcome.RESET_AFTER_GREETING, 15);
        assertThat(server.stats().pending()).isEqualTo(5);
        release.countDown();
        for (Client client : waiting.subList(15, 20)) {
            client.send("late").finish(); // all of them: whose turn it is, is the executor's business
        }
        for (Client client : waiting.subList(15, 20)) {
            assertThat(client.readToEnd().text()).isEqualTo("late");
        }
        assertThat(started).hasValue(1 + 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysWithoutAFirstByte")
    void thosePendingPlacesAreFreeAgain(String name, Consumer<AcceptorBuilder<?>> way) throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
                    started.incrementAndGet();
                    Behaviours.await(release);
                })
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor()))
                .handoffTimeout(FOR_EVER)
                .maxPending(2)
                .with(way));
        connect(server);
        soon().until(() -> started.get() == 1);
        for (long round = 1; round <= 5; round++) {
            for (Client client : waiting(server, 2)) {
                client.reset();
            }
            awaitCount(server, Outcome.RESET_AFTER_GREETING, 2 * round);
            assertThat(server.stats().pending()).isZero();
        }
        assertThat(server.stats().rejections().get(RejectReason.WORKERS)).isZero();
    }

    @Test
    void anExecutorWithAnUnboundedQueueKeepsNothingOfThoseThatLeave() throws IOException {
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .executor(tasks::add)
                .handoffTimeout(FOR_EVER)
                .with(builder -> builder.settle(Duration.ofMillis(1))));
        long rounds = 20;
        for (long round = 1; round <= rounds; round++) {
            for (Client client : waiting(server, 3)) {
                client.reset();
            }
            awaitCount(server, Outcome.RESET_AFTER_GREETING, 3 * round);
        }
        assertThat(tasks).hasSizeLessThan(3 * (int) rounds / 2);
        connect(server).send("x").finish();
        soon().until(() -> server.stats().pending() == 1);
        Thread worker = new Thread(tasks.remove());
        worker.start();
        awaitCount(server, Outcome.COMPLETED, 1); // a task that was made for somebody else serves whoever waits
    }

    @Test
    void thoseThatHaveSpokenComeBeforeThoseThatAreSilent() throws IOException {
        Queue<String> order = new ConcurrentLinkedQueue<>();
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        RunningServer server =
                start(ServerSpec.doing(talk -> order.add(new String(talk.input().readAllBytes(), US_ASCII)))
                        .executor(tasks::add)
                        .handoffTimeout(FOR_EVER)
                        .with(builder -> builder.settle(Duration.ofMillis(1))));
        List<Client> silent = waiting(server, 2);
        connect(server).send("spoke at once").finish();
        soon().until(() -> server.stats().pending() == 3);
        silent.get(1).send("spoke while it waited").finish();
        silent.get(0).finish();
        awaitCount(server, Outcome.CLOSED_SILENTLY, 1);
        shutDownAtEnd(Executors.newSingleThreadExecutor()).execute(() -> tasks.forEach(Runnable::run));
        awaitCount(server, Outcome.COMPLETED, 2);
        assertThat(order).containsExactly("spoke at once", "spoke while it waited");
    }

    @Test
    void settledOnesThatSayTheyAreDoneWhileTheyWaitAreDropped() throws IOException {
        RunningServer server = busyServer(builder -> builder.settle(Duration.ofMillis(1)));
        for (Client client : waiting(server, 5)) {
            client.finish();
        }
        awaitCount(server, Outcome.CLOSED_SILENTLY, 5);
        assertThat(started).hasValue(1);
    }

    @Test
    void atOnceThoseThatSayTheyAreDoneMayStillListenAndAreServed() throws IOException {
        RunningServer server = busyServer(AcceptorBuilder::handOffAtOnce);
        List<Client> waiting = waiting(server, 5);
        for (Client client : waiting) {
            client.finish();
        }
        release.countDown();
        for (Client client : waiting) {
            assertThat(client.readToEnd().bytes()).isEmpty();
        }
        soon().until(() -> started.get() == 1 + 5);
        awaitCount(server, Outcome.CLOSED_SILENTLY, 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysWithoutAFirstByte")
    void whatTheySendWhileTheyWaitArrivesWhole(String name, Consumer<AcceptorBuilder<?>> way) throws IOException {
        RunningServer server = busyServer(way);
        List<Client> waiting = waiting(server, 5);
        for (int i = 0; i < 5; i++) {
            waiting.get(i).send("sent while waiting " + i).finish();
        }
        release.countDown();
        for (int i = 0; i < 5; i++) {
            assertThat(waiting.get(i).readToEnd().text()).isEqualTo("sent while waiting " + i);
        }
    }

    @Test
    void thoseThatSpokeAndResetReachTheHandlerAndStayVisible() throws IOException {
        RunningServer server = busyServer(builder -> builder.awaitFirstByte(FOR_EVER));
        for (int i = 0; i < 3; i++) {
            Client client = connect(server).send("last words of a client");
            long pending = i + 1L;
            soon().until(() -> server.stats().pending() == pending);
            client.reset();
        }
        release.countDown();
        awaitCount(server, Outcome.PEER_RESET, 3);
    }

    @Test
    void whoWaitsTooLongIsRefused() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.waitingFor(release))
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor()))
                .handoffTimeout(Duration.ofMillis(100)));
        connect(server).send("x");
        soon().until(() -> server.stats().accepted() == 1 && server.stats().pending() == 0);
        assertThat(connect(server).readToEnd().bytes()).isEmpty();
        awaitRejection(server, RejectReason.WORKERS);
        release.countDown();
        awaitCount(server, Outcome.COMPLETED, 1);
    }

    @Test
    void thereIsABoundToThoseThatWait() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
                    Behaviours.await(release);
                    Behaviours.echo().serve(talk);
                })
                .executor(shutDownAtEnd(Executors.newSingleThreadExecutor()))
                .maxPending(2));
        List<Client> served = new ArrayList<>();
        served.add(connect(server).send("0").finish());
        soon().until(() -> server.stats().accepted() == 1 && server.stats().pending() == 0);
        for (int i = 1; i <= 2; i++) {
            served.add(connect(server).send("" + i).finish());
            long pending = i;
            soon().until(() -> server.stats().pending() == pending);
        }
        for (long i = 1; i <= 3; i++) {
            assertThat(connect(server).readToEnd().bytes()).isEmpty();
            awaitRejections(server, RejectReason.WORKERS, i);
        }
        release.countDown();
        for (int i = 0; i < served.size(); i++) {
            assertThat(served.get(i).readToEnd().text()).isEqualTo("" + i);
        }
        awaitCount(server, Outcome.COMPLETED, 3);
        assertThat(server.stats().pending()).isZero();
    }
}
