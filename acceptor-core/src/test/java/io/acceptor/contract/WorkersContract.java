package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Executors that do what executors do: refuse, discard, run on the caller, throw, be busy. For engines that use one. */
public abstract class WorkersContract extends ContractTest {
    private static final String SORRY = "421 too busy\r\n";

    private static ServerSpec on(Executor executor, Behaviour behaviour) {
        return ServerSpec.doing(behaviour)
                .executor(executor)
                .with(builder -> builder.refusal(RejectReason.WORKERS, Refusal.reply(SORRY.getBytes(US_ASCII))));
    }

    static Stream<Arguments> uselessExecutors() {
        ExecutorService shutDown = Executors.newSingleThreadExecutor();
        shutDown.shutdown();
        return Stream.of(
                Arguments.of("rejects", (Executor) task -> {
                    throw new RejectedExecutionException("on purpose");
                }),
                Arguments.of("is shut down", (Executor) shutDown),
                Arguments.of("throws an exception", (Executor) task -> {
                    throw new IllegalStateException("on purpose");
                }),
                Arguments.of("throws an Error", (Executor) task -> {
                    throw new OutOfMemoryError("on purpose");
                }),
                Arguments.of("runs on the caller", (Executor) Runnable::run),
                Arguments.of("is saturated and lets the caller run", callerRuns()));
    }

    private static Executor callerRuns() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), new ThreadPoolExecutor.CallerRunsPolicy());
        pool.allowCoreThreadTimeOut(true);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            pool.execute(() -> {
                try {
                    never.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        return pool;
    }

    @ParameterizedTest(name = "that {0}")
    @MethodSource("uselessExecutors")
    void clientsOfAnExecutorAreRefusedAndNoHandlerRuns(String name, Executor executor) throws IOException {
        AtomicInteger started = new AtomicInteger();
        RunningServer server = start(on(executor, talk -> started.incrementAndGet()));
        for (long i = 1; i <= 3; i++) {
            assertThat(connect(server).send("unread").readToEnd().text()).isEqualTo(SORRY);
            awaitRejections(server, RejectReason.WORKERS, i);
        }
        assertThat(started).hasValue(0);
        assertThat(server.stats().pending()).isZero();
        assertNoWorkerIsTold(server);
        if (executor instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }

    /** Health says so at once, the log and the meter within a tick, and both once. */
    private static void assertNoWorkerIsTold(RunningServer server) {
        assertThat(server.health()).matches(health -> health.live() && !health.ready());
        assertThat(server.health().reasons()).singleElement().asString().startsWith("no worker: ");
        soon().until(() -> server.stats().stalls() == 1);
    }

    @Test
    void anExecutorThatRecoversIsFoundAgainWithoutAnyClient() throws IOException {
        AtomicBoolean dead = new AtomicBoolean(true);
        ExecutorService pool = shutDownAtEnd(Executors.newCachedThreadPool());
        RecordingListener listener = new RecordingListener();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .executor(task -> {
                    if (dead.get()) {
                        throw new RejectedExecutionException("on purpose");
                    }
                    pool.execute(task);
                })
                .listener(listener));
        for (int i = 0; i < 3; i++) {
            connect(server).send("x").readToEnd(); // is closed at once: nothing else gives the loop a turn
        }
        assertNoWorkerIsTold(server);
        assertThat(listener.stallsEnded()).isEmpty();
        dead.set(false);
        soon().until(() -> server.health().ready());
        soon().until(() -> listener.stallsEnded().size() == 1);
        assertThat(connect(server).ask("x", "x")).isEqualTo("x");
    }

    @Test
    void whoIsRefusedWithoutAWordSeesTheEndAndNoResetThoughNobodyReadWhatItSent() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.echo()).executor(task -> {
            throw new RejectedExecutionException("on purpose");
        }));
        for (int i = 0; i < 5; i++) {
            assertThat(connect(server).send("much to say").readToEnd().reset()).isFalse();
        }
        awaitRejections(server, RejectReason.WORKERS, 5);
    }

    @Test
    void workersThatAreHeldWhileClientsWaitAreTold() throws IOException {
        CountDownLatch release = latch();
        RunningServer server =
                start(on(shutDownAtEnd(Executors.newSingleThreadExecutor()), Behaviours.waitingFor(release))
                        .with(builder -> builder.stallThreshold(Duration.ofMillis(200))));
        connect(server).send("x");
        soon().until(() -> server.stats().accepted() == 1 && server.stats().pending() == 0);
        assertThat(server.health().ready()).isTrue();
        connect(server).send("y");
        soon().until(() -> !server.health().ready());
        assertNoWorkerIsTold(server);
        release.countDown();
        awaitCount(server, Outcome.COMPLETED, 2);
        soon().until(() -> server.health().ready());
    }

    @Test
    void anExecutorThatDiscardedTasksOnceServesLaterClients() throws IOException {
        AtomicInteger discards = new AtomicInteger(1);
        ExecutorService pool = shutDownAtEnd(Executors.newCachedThreadPool());
        RunningServer server = start(on(
                task -> {
                    if (discards.getAndDecrement() <= 0) {
                        pool.execute(task);
                    }
                },
                Behaviours.echo()));
        Client unlucky = connect(server);
        assertThat(unlucky.ask("x", "x")).isEqualTo("x"); // a task is sent again
        assertThat(connect(server).ask("y", "y")).isEqualTo("y");
    }

    static Stream<Arguments> forgetfulExecutors() {
        return Stream.of(
                Arguments.of("discards", (Executor) task -> {}),
                Arguments.of("runs on the caller and swallows what is thrown", (Executor) task -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        assertThat(e).isInstanceOf(RejectedExecutionException.class);
                    }
                }));
    }

    @ParameterizedTest(name = "that {0}")
    @MethodSource("forgetfulExecutors")
    void clientsOfAnExecutorAreRefusedAfterTheTimeout(String name, Executor executor) throws IOException {
        AtomicInteger started = new AtomicInteger();
        RunningServer server =
                start(on(executor, talk -> started.incrementAndGet()).handoffTimeout(Duration.ofMillis(100)));
        for (long i = 1; i <= 2; i++) {
            assertThat(connect(server).send("unread").readToEnd().text()).isEqualTo(SORRY);
            awaitRejections(server, RejectReason.WORKERS, i);
        }
        assertThat(connect(server).readToEnd().text()).isEqualTo(SORRY); // one that has not spoken
        awaitRejections(server, RejectReason.WORKERS, 3);
        assertThat(started).hasValue(0);
        assertNoWorkerIsTold(server);
    }

    @Test
    void aTaskThatRunsAfterItsClientWasRefusedDoesNothing() throws IOException {
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        AtomicInteger started = new AtomicInteger();
        RunningServer server =
                start(on(tasks::add, talk -> started.incrementAndGet()).handoffTimeout(Duration.ofMillis(50)));
        connect(server).readToEnd();
        awaitRejection(server, RejectReason.WORKERS);
        assertThat(tasks).isNotEmpty();
        tasks.forEach(Runnable::run);
        assertThat(started).hasValue(0);
    }

    @Test
    void aTaskThatRunsTwiceServesOnce() throws IOException {
        AtomicInteger started = new AtomicInteger();
        ExecutorService pool = shutDownAtEnd(Executors.newFixedThreadPool(2));
        RunningServer server = start(on(
                task -> {
                    pool.execute(task);
                    pool.execute(task);
                },
                talk -> started.incrementAndGet()));
        for (long i = 1; i <= 5; i++) {
            connect(server).readToEnd();
            awaitCount(server, Outcome.COMPLETED, i);
        }
        assertThat(started).hasValue(5);
    }

    @Test
    void anExecutorThatThrowsAfterItTookTheTaskHasTakenIt() throws IOException {
        ExecutorService pool = shutDownAtEnd(Executors.newSingleThreadExecutor());
        CountDownLatch running = latch();
        RunningServer server = start(on(
                task -> {
                    pool.execute(task);
                    try {
                        running.await(5, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IllegalStateException("on purpose");
                },
                talk -> {
                    running.countDown();
                    Behaviours.say(talk, "served");
                }));
        assertThat(connect(server).readToEnd().text()).isEqualTo("served");
        awaitOutcome(server, Outcome.COMPLETED);
    }

    @Test
    void anInterruptLeftBehindByTheExecutorIsTakenFromTheLoop() throws IOException {
        ExecutorService pool = shutDownAtEnd(Executors.newCachedThreadPool());
        Queue<Boolean> interruptedBefore = new ConcurrentLinkedQueue<>();
        RunningServer server = start(on(
                task -> {
                    interruptedBefore.add(Thread.currentThread().isInterrupted());
                    pool.execute(task);
                    Thread.currentThread().interrupt();
                },
                Behaviours.echo()));
        for (int i = 0; i < 4; i++) {
            assertThat(connect(server).ask("x", "x")).isEqualTo("x");
        }
        assertThat(interruptedBefore).hasSize(4).containsOnly(false);
    }

    @Test
    void aWorkerThatWasInterruptedBeforeItClaimsServesAndStaysInterrupted() throws IOException {
        ExecutorService pool = shutDownAtEnd(Executors.newSingleThreadExecutor());
        CountDownLatch release = latch();
        CountDownLatch started = new CountDownLatch(1);
        List<Boolean> flag = new CopyOnWriteArrayList<>();
        RunningServer server = start(on(
                task -> pool.execute(() -> {
                    started.countDown();
                    try {
                        Behaviours.await(release); // long enough for the loop to watch the connection
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    Thread.currentThread().interrupt();
                    task.run();
                }),
                talk -> {
                    flag.add(Thread.interrupted());
                    Behaviours.say(talk, "served");
                }));
        Client client = connect(server);
        soon().until(() -> started.getCount() == 0);
        Client second = connect(server); // the loop has had its turns when this one is pending too
        soon().until(() -> server.stats().pending() == 2);
        release.countDown();
        assertThat(client.readToEnd().text()).isEqualTo("served");
        second.readToEnd();
        assertThat(flag).containsExactly(true, true);
        awaitOutcomes(server, Map.of(Outcome.COMPLETED, 2L));
    }
}
