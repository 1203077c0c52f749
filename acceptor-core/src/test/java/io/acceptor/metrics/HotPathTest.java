package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the accept loop and the workers pay, and that nothing they do waits or throws. */
class HotPathTest {
    private static final int CALLS = 100_000;

    private final AcceptorMetrics metrics = new AcceptorMetrics(new FakeSource("imap"));

    @Test
    void nothingIsAllocatedWithNothingBound() {
        assertThat(bytesAllocatedByCalls()).isLessThan(CALLS);
    }

    @Test
    void nothingIsAllocatedWithARegistryBound() {
        metrics.bindTo(new SimpleMeterRegistry());

        assertThat(bytesAllocatedByCalls()).isLessThan(CALLS);
    }

    @Test
    void recordingGoesOnWhileRegistriesComeAndGo() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Long> loop = threads.submit(() -> recordUntil(stop, running));
            Future<Long> worker = threads.submit(() -> recordUntil(stop, running));
            running.await();
            SimpleMeterRegistry kept = new SimpleMeterRegistry();
            metrics.bindTo(kept);
            for (int i = 0; i < 50; i++) {
                metrics.bindTo(new SimpleMeterRegistry());
            }
            long before = kept.get("acceptor.greeting").timer().count();
            metrics.close();
            stop.set(true);

            assertThat(loop.get(10, TimeUnit.SECONDS) + worker.get(10, TimeUnit.SECONDS))
                    .isGreaterThanOrEqualTo(before);
            assertThat(kept.getMeters()).isEmpty();
        } finally {
            stop.set(true);
            threads.shutdownNow();
        }
    }

    private long recordUntil(AtomicBoolean stop, CountDownLatch running) {
        running.countDown();
        long recorded = 0;
        while (!stop.get()) {
            metrics.recordGreeting(recorded);
            metrics.recordHandoff(recorded);
            metrics.recordQueueWait(recorded);
            recorded++;
        }
        return recorded;
    }

    private long bytesAllocatedByCalls() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        record();
        long before = threads.getCurrentThreadAllocatedBytes();
        record();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void record() {
        for (int i = 0; i < CALLS; i++) {
            metrics.recordGreeting(i);
            metrics.recordHandoff(i);
            metrics.recordQueueWait(i);
        }
    }
}
