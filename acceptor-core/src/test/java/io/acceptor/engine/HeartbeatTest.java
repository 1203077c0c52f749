package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be seen of a loop that is somebody else's. */
@Timeout(60)
class HeartbeatTest {
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final AtomicBoolean spinning = new AtomicBoolean(true);

    @AfterEach
    void end() {
        spinning.set(false);
        loop.shutdownNow();
    }

    private Heartbeat heartbeat() throws Exception {
        return loop.submit(() -> new Heartbeat(Thread.currentThread(), loop, true))
                .get();
    }

    @Test
    void aLoopThatIsAskedAndDoesNotAnswerIsStuckUntilItDoes() throws Exception {
        Heartbeat heartbeat = heartbeat();
        loop.execute(this::spin);
        long asked = System.nanoTime();
        heartbeat.tick(asked);
        assertThat(heartbeat.stuckSince()).isEqualTo(asked);
        spinning.set(false);
        await().until(() -> heartbeat.stuckSince() == 0);
    }

    @Test
    void itIsBusyForAsLongAsItUsesAProcessor() throws Exception {
        assumeThat(ManagementFactory.getThreadMXBean().isThreadCpuTimeSupported())
                .isTrue();
        Heartbeat idle = heartbeat();
        assertThat(idle.busyNanos(System.nanoTime())).isNotNegative();
        loop.execute(this::spin);
        await().until(() -> idle.busyNanos(System.nanoTime()) > 50_000_000);
        Heartbeat later = new Heartbeat(thread(idle), loop, true);
        assertThat(later.busyNanos(System.nanoTime()))
                .as("what it did before it was watched is not counted")
                .isLessThan(idle.busyNanos(System.nanoTime()));
    }

    private static Thread thread(Heartbeat heartbeat) {
        Thread thread = heartbeat.thread();
        assertThat(thread).isNotNull();
        return thread;
    }

    private void spin() {
        while (spinning.get()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void howBusyAThreadWasThatHasEndedIsNotKnown() throws Exception {
        Heartbeat heartbeat = heartbeat();
        loop.shutdown();
        thread(heartbeat).join();
        assertThat(heartbeat.busyNanos(System.nanoTime())).isEqualTo(-1);
    }
}
