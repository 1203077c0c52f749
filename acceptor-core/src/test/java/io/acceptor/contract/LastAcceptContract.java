package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Admission;
import io.acceptor.DrainReport;
import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Clients that came before the listener of a draining server closed: none is lost, and who may be is counted. */
public abstract class LastAcceptContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    private static final Duration LONG = Duration.ofMinutes(5);
    /**
     * Each client breeds more than are accepted meanwhile, and enough of them are there at the start: where the kernel spreads
     * them over two listeners, neither queue runs empty.
     */
    private static final int BROOD = 3;

    private static final int WAITING = 40;

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

    @Test
    void whoWaitsInTheKernelsQueueIsStillServed() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(loops.greeting(GREETING))));
        List<Client> holders = holdEveryLoop(server, loops);
        Client[] queued = new Client[20];
        for (int i = 0; i < queued.length; i++) {
            queued[i] = connect(server).send("x").finish();
        }
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, LONG);
        loops.release();
        for (Client client : queued) {
            assertThat(client.readToEnd().text()).isEqualTo(GREETING + "x");
        }
        holders.forEach(Client::close);
        DrainReport report = reportOf(drain);
        assertThat(report.finished()).isEqualTo(queued.length + holders.size());
        assertThat(report.cut()).isZero();
    }

    @Test
    void nobodyIsCalledAtRiskWhoWasServedByAnotherLoop() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(loops.greeting(GREETING))));
        List<Client> all = new ArrayList<>(holdEveryLoop(server, loops));
        for (int i = 0; i < 20; i++) {
            all.add(connect(server));
        }
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, LONG);
        for (Thread loop : loops.loops()) { // one after the other, each when the one before is through
            loops.release(loop);
            long[] accepted = {0};
            soon().during(Duration.ofMillis(100)).until(() -> {
                long before = accepted[0];
                accepted[0] = server.stats().accepted();
                return accepted[0] == before;
            });
        }
        for (Client client : all) {
            assertThat(client.finish().readToEnd().text()).startsWith(GREETING);
        }
        assertThat(reportOf(drain).atRiskAtClose())
                .satisfiesAnyOf(
                        risk -> assertThat(risk).isNaN(),
                        risk -> assertThat(risk).isZero());
    }

    @Test
    void whoComesDuringAnEndlessLastAcceptIsRefusedAsDraining() throws IOException {
        AtomicBoolean breeding = new AtomicBoolean();
        AtomicReference<RunningServer> self = new AtomicReference<>();
        Queue<Client> bred = new ConcurrentLinkedQueue<>();
        HeldLoops loops = heldLoops();
        self.set(start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.admission(peer -> {
                    loops.hold();
                    if (breeding.get()) {
                        breeding.set(connectMore(self.get(), bred));
                    }
                    return Admission.admit();
                }))));
        holdEveryLoop(self.get(), loops);
        for (int i = 0; i < WAITING; i++) {
            connect(self.get());
        }
        breeding.set(true);
        CompletionStage<DrainReport> drain = self.get().drain(Duration.ZERO, Duration.ZERO);
        soon().until(LastAcceptContract::drainWaitsForALoop); // or the queue would grow to its limit before
        loops.release();
        reportOf(drain);
        breeding.set(false);
        bred.forEach(Client::close);
        assertThat(self.get().stats().rejections().get(RejectReason.DRAINING)).isPositive();
    }

    private static boolean drainWaitsForALoop() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("acceptor-drain-")
                        && thread.getState() == Thread.State.TIMED_WAITING);
    }

    /** False if the listener has gone. */
    private static boolean connectMore(RunningServer server, Queue<Client> bred) {
        try {
            for (int i = 0; i < BROOD; i++) {
                bred.add(Client.connect(server.address()));
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whoWasLeftInTheBacklogGetsAnAnswer() throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder ->
                        builder.maxConnections(1).refusal(RejectReason.MAX_CONNECTIONS, Refusal.leaveInBacklog())));
        Client holder = talking(server);
        Client left = connect(server);
        CompletionStage<DrainReport> drain = server.drain(Duration.ZERO, LONG);
        assertThat(left.readToEnd().reset()).isFalse(); // refused, not lost in the kernel's queue
        awaitCount(server, Outcome.REJECTED, 1);
        holder.finish().readToEnd();
        assertThat(reportOf(drain).finished()).isEqualTo(1); // the refused one did not end by itself
    }
}
