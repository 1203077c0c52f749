package io.acceptor.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Executors as user code that a loop calls, like any other. For engines that use one. */
public abstract class ExecutorContract extends StallingContract {

    /** A method of its own, for its name to be found in the stack. */
    private static void executorThatBlocks(HeldLoops loops, Runnable task) {
        loops.hold();
        new Thread(task, "a worker of the test").start();
    }

    @Test
    void anExecutorThatBlocksIsReportedWithItsStack() throws IOException {
        HeldLoops loops = heldLoops();
        Set<String> names = ConcurrentHashMap.newKeySet();
        RunningServer server = start(watched(ServerSpec.doing(talk -> Behaviours.say(talk, "served"))
                .with(builder -> builder.handOffAtOnce())
                .executor(task -> {
                    names.add(Thread.currentThread().getName());
                    executorThatBlocks(loops, task);
                })));
        List<Client> clients = new ArrayList<>(holdEveryLoop(server, loops));
        assertNamed(awaitStall(server, clients), "executor", "executorThatBlocks", names);
        assertRecovers(server, loops, clients, "served");
    }

    @Test
    void anExecutorMayClose() throws IOException {
        assertMayClose(close -> ServerSpec.doing(Behaviours.echo()).executor(task -> close.run()));
    }
}
