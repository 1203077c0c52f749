package io.acceptor.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is known of a thread that does not answer. */
@Timeout(60)
class SchedulerStateTest {
    private static final long TICK_NANOS = 10_000_000;

    private interface Work {
        void run() throws Exception;
    }

    /** The state of a new thread that does this. */
    private static SchedulerState doing(Work work) throws Exception {
        CompletableFuture<@Nullable SchedulerState> state = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    state.complete(SchedulerState.ofCurrentThread());
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                "a) R 1 (b");
        thread.setDaemon(true);
        thread.start();
        SchedulerState known = state.get();
        assertThat(known).isNotNull();
        return known;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aThreadThatComputesWantsAProcessorAndItsTimeGrows() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        SchedulerState state = doing(() -> {
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });
        await().until(() -> state.runnableNanos() >= 3 * TICK_NANOS);
        over.set(true);
        await().until(() -> state.runnableNanos() == SchedulerState.NOT_RUNNABLE);
        state.close();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void oneThatWaitsForAnotherThreadDoesNot() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        SchedulerState state = doing(over::await);
        await().until(() -> state.runnableNanos() == SchedulerState.NOT_RUNNABLE);
        over.countDown();
        state.close();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void oneThatWaitsInTheKernelDoesNotThoughTheJvmCallsItRunnable() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SchedulerState state = doing(() -> {
                try {
                    server.accept().close();
                } catch (SocketException e) {
                    // closed by the test
                }
            });
            await().until(() -> state.runnableNanos() == SchedulerState.NOT_RUNNABLE);
            state.close();
        }
    }

    @Test
    void nothingIsKnownOnceItIsClosed() {
        SchedulerState state = SchedulerState.ofCurrentThread();
        if (state != null) {
            assertThat(state.runnableNanos()).isNotNegative();
            state.close();
            state.close();
            assertThat(state.runnableNanos()).isEqualTo(SchedulerState.NOT_RUNNABLE);
        }
    }

    private static long parsed(String stat) {
        byte[] bytes = stat.getBytes(US_ASCII);
        return SchedulerState.parse(bytes, bytes.length);
    }

    @Test
    void theTimesOfUserAndKernelAreAdded() {
        String after = " 1 2 3 0 -1 4194304 5 6 7 8 120 3 0 0 20 0 1 0 0";
        assertThat(parsed("7 (a) R 9 (b) R" + after)).isEqualTo(123 * TICK_NANOS);
        assertThat(parsed("7 (a) S" + after)).isEqualTo(SchedulerState.NOT_RUNNABLE);
        assertThat(parsed("7 (a) R 9 (b) D" + after)).isEqualTo(SchedulerState.NOT_RUNNABLE);
        assertThat(parsed("")).isEqualTo(SchedulerState.NOT_RUNNABLE);
        assertThat(parsed("7 (a)")).isEqualTo(SchedulerState.NOT_RUNNABLE);
    }
}
