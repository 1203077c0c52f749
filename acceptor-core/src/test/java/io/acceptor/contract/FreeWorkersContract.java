package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Workers that wait for the first byte of silent clients come free when others want one. For engines that have workers. */
public abstract class FreeWorkersContract extends ContractTest {
    private static final Duration FOR_EVER = Duration.ofMinutes(5);
    private static final Duration LONG_SILENT = Duration.ofMillis(1100);
    /** After 100 ms an offer has found no worker; the loop sees it a turn later. */
    private static final Duration LONGER_THAN_LATE = Duration.ofMillis(250);

    private final AtomicInteger started = new AtomicInteger();

    private ServerSpec spec(int workers, Behaviour behaviour) {
        return ServerSpec.doing(talk -> {
                    started.incrementAndGet();
                    behaviour.serve(talk);
                })
                .executor(shutDownAtEnd(Executors.newFixedThreadPool(workers)))
                .handoffTimeout(FOR_EVER)
                .with(builder -> builder.settle(Duration.ofMillis(1)));
    }

    private List<Client> held(RunningServer server, int workers) throws IOException {
        List<Client> silent = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            int before = started.get();
            silent.add(connect(server));
            soon().until(() -> started.get() > before);
        }
        return silent;
    }

    @Test
    void aSilentClientThatHoldsAWorkerMakesRoomAndItsHandlersExceptionIsNoFailure() throws IOException {
        CountingBreaker breaker = new CountingBreaker();
        RunningServer server =
                start(spec(2, Behaviours.echo()).with(builder -> builder.circuitBreaker(breaker.proxy())));
        List<Client> silent = held(server, 2);
        assertThat(connect(server).ask("x", "x")).isEqualTo("x");
        assertThat(silent.get(0).readToEnd().reset()).isFalse();
        awaitCount(server, Outcome.MADE_ROOM, 1);
        assertThat(silent.get(1).ask("y", "y")).isEqualTo("y");
        assertThat(breaker.errors()).isZero();
        assertThat(breaker.returned()).isEqualTo(1);
    }

    @Test
    void oneThatWaitsForAWorkerGetsTheWorkerOfTheNextThatHasBeenSilentForASecond() throws IOException {
        RunningServer server = start(spec(1, Behaviours.echo()));
        held(server, 1);
        connect(server); // waits, and displaces the first one
        awaitAccepted(server, 2);
        assertThat(connect(server).ask("x", "x")).isEqualTo("x");
        soon().until(() -> count(server.stats(), Outcome.MADE_ROOM) >= 1);
    }

    @Test
    void whoWroteItsBannerAndReadsMakesRoomButNotWhoIsToldSomething() throws IOException {
        RunningServer banner = start(spec(1, talk -> {
            talk.output().write('b');
            Behaviours.echo().serve(talk);
        }));
        RunningServer push = start(spec(1, talk -> {
            Thread pusher = new Thread(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        talk.output().write('p');
                        LockSupport.parkNanos(1_000_000);
                    }
                } catch (IOException e) {
                    assertThat(e).isNotNull(); // the client is being served, and the pushing is over
                }
            });
            talk.output().write('p');
            pusher.start();
            try {
                talk.input().read();
            } finally {
                pusher.interrupt();
            }
        }));
        Client silent = held(banner, 1).get(0);
        Client listener = held(push, 1).get(0);
        Client waits = connect(push).send("x");
        assertThat(connect(banner).ask("x", "bx")).isEqualTo("bx");
        assertThat(silent.readToEnd().text()).isEqualTo("b");
        assertThat(push.stats().pending()).isEqualTo(1);
        assertThat(count(push.stats(), Outcome.MADE_ROOM)).isZero();
        listener.send("x");
        assertThat(waits.readAsMuchAs("p")).isEqualTo("p");
    }

    @Test
    void aNewcomerForWhomOneWasClosedDisplacesNoSecondOneWhileItWaitsForTheWorker() throws IOException {
        CountDownLatch release = latch();
        RunningServer server = start(spec(2, talk -> {
                    try {
                        Behaviours.echo().serve(talk);
                    } catch (IOException e) {
                        Behaviours.await(release); // its worker is not free at once
                        throw e;
                    }
                })
                .with(builder -> builder.maxConnections(2)));
        List<Client> silent = held(server, 2);
        soon().pollDelay(LONG_SILENT).until(() -> true);
        Client newcomer = connect(server).send("x");
        awaitCount(server, Outcome.MADE_ROOM, 1);
        soon().pollDelay(LONGER_THAN_LATE).until(() -> server.stats().pending() == 1);
        assertThat(silent.get(1).ask("y", "y")).isEqualTo("y");
        release.countDown();
        assertThat(newcomer.readAsMuchAs("x")).isEqualTo("x");
        assertThat(count(server.stats(), Outcome.MADE_ROOM)).isEqualTo(1);
    }

    @Test
    void anExecutorThatRejectsBecauseAllItsWorkersWaitForSilentClientsGetsOneFreed() throws IOException {
        ExecutorService pool =
                shutDownAtEnd(new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new SynchronousQueue<>()));
        RunningServer server = start(spec(2, Behaviours.echo()).executor(pool));
        List<Client> silent = held(server, 2);
        soon().pollDelay(LONG_SILENT).until(() -> true);
        List<Client> served = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Client client = connect(server);
            assertThat(client.ask("x", "x")).isEqualTo("x");
            served.add(client);
            assertThat(silent.get(i).readToEnd().reset()).isFalse();
        }
        connect(server).send("x").readToEnd();
        awaitRejection(server, RejectReason.WORKERS);
        assertThat(served.get(0).ask("y", "y")).isEqualTo("y");
        assertThat(count(server.stats(), Outcome.MADE_ROOM)).isEqualTo(2);
    }
}
