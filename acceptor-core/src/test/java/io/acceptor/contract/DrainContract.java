package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.acceptor.DrainReport;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Ending in a way that clients hardly notice: readiness down, lame duck, last accept, grace, cut. */
public abstract class DrainContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    private static final Duration LONG = Duration.ofMinutes(5);

    private static DrainReport reportOf(CompletionStage<DrainReport> drain) {
        return drain.toCompletableFuture()
                .orTimeout(Client.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    private Client talking(RunningServer server) throws IOException {
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(client.ask("x", "x")).isEqualTo("x");
        return client;
    }

    private RunningServer echoServer() throws IOException {
        return start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING));
    }

    private static void assertClosed(RunningServer server) {
        assertThatThrownBy(() -> Client.connect(server.address()).close()).isInstanceOf(ConnectException.class);
        assertThat(server.health().live()).isFalse();
        assertThat(server.health().ready()).isFalse();
    }

    @Test
    void aDrainOfAnIdleServerJustCloses() throws IOException {
        RunningServer server = echoServer();
        DrainReport report = reportOf(server.drain(Duration.ZERO, LONG));
        assertThat(report.finished()).isZero();
        assertThat(report.cut()).isZero();
        assertThat(report.graceful()).isTrue();
        assertThat(report.atRiskAtClose())
                .satisfiesAnyOf(
                        risk -> assertThat(risk).isNaN(),
                        risk -> assertThat(risk).isZero());
        assertClosed(server);
    }

    @Test
    void theLameDuckIsNotReadyButServes() throws IOException {
        RunningServer server = echoServer();
        assertThat(server.health().ready()).isTrue();
        CompletionStage<DrainReport> drain = server.drain(LONG, LONG);
        assertThat(server.health().ready()).isFalse();
        assertThat(server.health().live()).isTrue();
        assertThat(server.health().reasons()).isNotEmpty();
        for (int i = 0; i < 3; i++) {
            assertThat(talking(server).finish().readToEnd().reset()).isFalse();
        }
        assertThat(drain.toCompletableFuture()).isNotDone();
    }

    @Test
    void theLameDuckTimeIsKept() throws IOException {
        RunningServer server = echoServer();
        assertThat(reportOf(server.drain(Duration.ofMillis(300), Duration.ZERO)).took())
                .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void openConnectionsFinishInTheirOwnTimeWhileNewOnesAreNotTaken() throws IOException {
        RunningServer server = echoServer();
        Client first = talking(server);
        Client second = talking(server);
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, LONG);
        soon().until(() -> isRefusing(server));
        assertThat(first.ask("still", "still")).isEqualTo("still");
        assertThat(first.finish().readToEnd().reset()).isFalse();
        assertThat(second.ask("here", "here")).isEqualTo("here");
        assertThat(drain.toCompletableFuture()).isNotDone();
        assertThat(second.finish().readToEnd().reset()).isFalse();
        DrainReport report = reportOf(drain);
        assertThat(report.finished()).isBetween(2L, server.stats().ended()); // isRefusing() may have come in time
        assertThat(report.cut()).isZero();
        assertThat(count(server.stats(), Outcome.COMPLETED)).isEqualTo(2);
        assertClosed(server);
    }

    private static boolean isRefusing(RunningServer server) throws IOException {
        try {
            Client.connect(server.address()).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    @Test
    void whoIsOpenAtTheDeadlineIsCut() throws IOException {
        RunningServer server = echoServer();
        Client talking = talking(server);
        Client silent = connect(server);
        assertThat(silent.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        Client finishing = talking(server);
        finishing.finish().readToEnd();
        awaitCount(server, Outcome.COMPLETED, 1); // before the drain: none of its business
        DrainReport report = reportOf(server.drain(Duration.ZERO, Duration.ofMillis(100)));
        assertThat(report.cut()).isEqualTo(2);
        assertThat(report.finished()).isZero();
        assertThat(report.graceful()).isFalse();
        talking.readToEnd();
        silent.readToEnd();
        assertThat(count(server.stats(), Outcome.CUT)).isEqualTo(2);
        assertClosed(server);
    }

    @Test
    void theStageCompletesOnNoLoopAndWhoBlocksItHoldsUpNobody() throws IOException {
        Set<Thread> loops = ConcurrentHashMap.newKeySet();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                    loops.add(Thread.currentThread());
                    return ByteBuffer.wrap(GREETING.getBytes(US_ASCII));
                }))));
        Client client = talking(server);
        AtomicReference<Thread> completing = new AtomicReference<>();
        CountDownLatch release = latch();
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, LONG);
        drain.thenRun(() -> {
            completing.set(Thread.currentThread());
            try {
                Behaviours.await(release);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        client.finish().readToEnd();
        soon().until(() -> completing.get() != null);
        assertThat(loops).isNotEmpty().doesNotContain(completing.get());
        assertClosed(server);
        server.close();
    }

    @Test
    void aSecondDrainIsTheFirst() throws IOException {
        RecordingListener listener = new RecordingListener();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING).listener(listener));
        Client client = talking(server);
        CompletionStage<DrainReport> first = server.drain(Duration.ZERO, LONG);
        CompletionStage<DrainReport> second = server.drain(LONG, Duration.ZERO);
        client.finish().readToEnd();
        DrainReport report = reportOf(first);
        assertThat(reportOf(second)).isEqualTo(report);
        assertThat(reportOf(server.drain(Duration.ZERO, Duration.ZERO))).isEqualTo(report);
        soon().untilAsserted(() -> assertThat(listener.drains()).containsExactly(report));
    }

    @Test
    void closeEndsALameDuckAtOnce() throws IOException {
        RunningServer server = echoServer();
        talking(server);
        CompletionStage<DrainReport> drain = server.drain(LONG, LONG);
        server.close();
        assertThat(reportOf(drain).took()).isLessThan(LONG);
        assertThat(count(server.stats(), Outcome.CUT)).isEqualTo(1);
        assertClosed(server);
    }

    @Test
    void closeEndsTheGraceAtOnce() throws IOException {
        RunningServer server = echoServer();
        talking(server);
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, LONG);
        soon().until(() -> isRefusing(server));
        soon().until(() -> server.stats().active() == 1); // isRefusing() may have come in time
        server.close();
        DrainReport report = reportOf(drain);
        assertThat(report.cut()).isEqualTo(1);
        assertThat(report.took()).isLessThan(LONG);
    }

    @Test
    void aClosedServerIsDrainedAtOnce() throws IOException {
        RunningServer server = echoServer();
        talking(server);
        server.close();
        DrainReport report = reportOf(server.drain(LONG, LONG));
        assertThat(report.finished()).isZero();
        assertThat(report.took()).isLessThan(LONG);
    }

    @Test
    void aHandlerMayAskForTheDrainThatItsOwnConnectionIsPartOf() throws IOException {
        AtomicReference<RunningServer> self = new AtomicReference<>();
        AtomicReference<CompletionStage<DrainReport>> drain = new AtomicReference<>();
        self.set(start(ServerSpec.doing(talk -> {
            drain.set(self.get().drain(Duration.ZERO, LONG));
            Behaviours.say(talk, "draining");
        })));
        assertThat(connect(self.get()).readToEnd().text()).isEqualTo("draining");
        assertThat(reportOf(drain.get()).finished()).isEqualTo(1);
        assertClosed(self.get());
    }

    @Test
    void negativeTimesAreRefused() throws IOException {
        RunningServer server = echoServer();
        Duration negative = Duration.ofMillis(-1);
        assertThatThrownBy(() -> server.drain(negative, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lameDuck");
        assertThatThrownBy(() -> server.drain(LONG, negative))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grace");
        assertThat(server.health().ready()).isTrue();
    }
}
