package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.acceptor.Admission;
import io.acceptor.Greeting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** User code that blocks the loop is found, named and forgiven when it comes back. */
public abstract class StallContract extends StallingContract {
    private static final String GREETING = "220 ready\r\n";

    /** A method of its own, for its name to be found in the stack. */
    private static ByteBuffer greetingThatBlocks(HeldLoops loops) {
        loops.hold();
        return ByteBuffer.wrap(GREETING.getBytes(US_ASCII));
    }

    private static Admission policyThatBlocks(HeldLoops loops) {
        loops.hold();
        return Admission.admit();
    }

    @Test
    void aGreetingSupplierThatBlocksIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        RunningServer server = start(watched(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                    names.add(Thread.currentThread().getName());
                    return greetingThatBlocks(loops);
                })))));
        assertThat(server.health().live()).isTrue();
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        assertNamed(awaitStall(server, clients), "greeting supplier", "greetingThatBlocks", names);
        assertRecovers(server, loops, clients, GREETING);
    }

    @Test
    void aPolicyThatBlocksIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        RunningServer server = start(watched(ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder -> builder.admission(peer -> {
                    names.add(Thread.currentThread().getName());
                    return policyThatBlocks(loops);
                }))));
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        assertNamed(awaitStall(server, clients), "admission", "policyThatBlocks", names);
        assertRecovers(server, loops, clients, GREETING);
    }

    @Test
    void theQueueIsReadWithoutAnybodyAsking() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(loops.greeting(GREETING))));
        assumeThat(server.queue().reading().known()).isTrue();
        holdEveryLoop(server, loops);
        for (int i = 0; i < 3; i++) {
            connect(server);
        }
        soon().until(() -> server.queue().last().depth() >= 3);
        assertThat(server.queue().peak()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void waitingForClientsIsNoStall() throws IOException {
        RecordingListener unconcerned = new RecordingListener();
        RunningServer idle = start(ServerSpec.doing(Behaviours.echo())
                .listener(unconcerned)
                .with(builder -> builder.stallThreshold(THRESHOLD)));
        aGreetingSupplierThatBlocksIsReportedWithItsStack(); // takes longer than the threshold
        assertThat(idle.stats().stalls()).isZero();
        assertThat(unconcerned.stalls()).isEmpty();
        assertThat(connect(idle).ask("x", "x")).isEqualTo("x");
    }

    @Test
    void aLoopThatNobodyWaitsForIsNotReported() throws IOException {
        HeldLoops unnoticed = heldLoops();
        RunningServer alone = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.stallThreshold(THRESHOLD).greeting(unnoticed.greeting(GREETING))));
        assumeThat(alone.queue().reading().known()).isTrue(); // an unknown queue counts as one that holds clients
        connect(alone);
        soon().until(() -> unnoticed.count() == 1);
        aGreetingSupplierThatBlocksIsReportedWithItsStack(); // takes longer than the threshold
        assertThat(alone.stats().stalls()).isZero();
        assertThat(alone.health().live()).isTrue();
    }
}
