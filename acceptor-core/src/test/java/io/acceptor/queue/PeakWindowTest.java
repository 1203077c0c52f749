package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeakWindowTest {
    private static final long HALF = PeakWindow.HALF_NANOS;

    /** Close to the overflow, which {@link System#nanoTime()} is free to have. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

    private final PeakWindow peak = new PeakWindow(clock::get);

    @Test
    void isUnknownBeforeTheFirstValue() {
        assertThat(peak.highest()).isNaN();
    }

    @Test
    void zeroIsAValue() {
        peak.fold(0);
        assertThat(peak.highest()).isZero();
    }

    @Test
    void keepsTheHighest() {
        peak.fold(3);
        peak.fold(9);
        peak.fold(4);
        assertThat(peak.highest()).isEqualTo(9);
    }

    @Test
    void remembersThirtySecondsAtLeast() {
        clock.addAndGet(HALF - 1);
        peak.fold(9);
        clock.addAndGet(HALF);
        peak.fold(1);
        assertThat(peak.highest()).isEqualTo(9);
    }

    @Test
    void forgetsAfterSixtySecondsAtMost() {
        peak.fold(9);
        clock.addAndGet(HALF);
        peak.fold(2);
        clock.addAndGet(HALF);
        assertThat(peak.highest()).isEqualTo(2);
        peak.fold(1);
        assertThat(peak.highest()).isEqualTo(2);
    }

    @Test
    void isUnknownAgainWhenNothingWasSeenForTheWholeWindow() {
        peak.fold(9);
        clock.addAndGet(2 * HALF);
        assertThat(peak.highest()).isNaN();
        peak.fold(4);
        assertThat(peak.highest()).isEqualTo(4);
    }

    @Test
    void aValueThatComesLateIsCountedInTheNewestHalf() {
        clock.addAndGet(HALF);
        peak.fold(2);
        clock.addAndGet(-HALF);
        peak.fold(9);
        clock.addAndGet(2 * HALF);
        assertThat(peak.highest()).isEqualTo(9);
    }

    @Test
    void agreesWithAPlainListOfValues() {
        Random random = new Random(42);
        long start = clock.get();
        List<long[]> seen = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            long elapsed = clock.addAndGet((long) (random.nextDouble() * HALF / 4)) - start;
            if (random.nextInt(8) > 0) {
                int value = random.nextInt(1000);
                peak.fold(value);
                seen.add(new long[] {elapsed / HALF, value});
            }
            double expected = seen.stream()
                    .filter(entry -> entry[0] >= elapsed / HALF - 1)
                    .mapToDouble(entry -> entry[1])
                    .max()
                    .orElse(Double.NaN);
            assertThat(peak.highest()).isEqualTo(expected);
            seen.removeIf(entry -> entry[0] < elapsed / HALF - 1);
        }
    }

    @Test
    void noValueOfManyThreadsIsLost() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int offset = t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 10_000; i++) {
                    peak.fold(4L * i + offset);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(peak.highest()).isEqualTo(39_999);
    }
}
