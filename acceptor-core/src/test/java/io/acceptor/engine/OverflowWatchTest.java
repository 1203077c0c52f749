package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.ListenCounters;
import org.junit.jupiter.api.Test;

/** When a rise of the namespace's counter is told as ours, with a clock and counters of the test's own. */
class OverflowWatchTest {
    private static final boolean FULL = true;
    private static final boolean ROOM = false;

    private double overflows = 100;
    private int reads;
    private long now = 1;
    private final OverflowWatch watch = new OverflowWatch(() -> {
        reads++;
        return new ListenCounters(overflows, overflows);
    });

    private long tick(boolean full) {
        now++;
        return watch.tick(now, full);
    }

    @Test
    void aRiseWhileTheQueueIsFullIsOurs() {
        assertThat(tick(FULL)).isZero();
        overflows += 3;
        assertThat(tick(FULL)).isEqualTo(3);
    }

    @Test
    void aRiseWhileThereIsRoomIsSomebodyElses() {
        tick(ROOM);
        overflows += 3;
        assertThat(tick(ROOM)).isZero();
        assertThat(tick(FULL)).isZero();
        assertThat(tick(FULL)).isZero();
    }

    @Test
    void aRiseFromBeforeTheQueueWasFullIsNotCounted() {
        tick(FULL);
        tick(ROOM);
        overflows += 3;
        assertThat(tick(FULL)).isZero();
    }

    @Test
    void itIsToldOnceAnEpisode() {
        tick(FULL);
        overflows++;
        assertThat(tick(FULL)).isEqualTo(1);
        overflows++;
        assertThat(tick(FULL)).isZero();
        tick(ROOM);
        tick(FULL);
        overflows++;
        assertThat(tick(FULL)).as("still the same episode").isZero();
        tick(ROOM);
        now += OverflowWatch.QUIET_NANOS;
        tick(ROOM);
        tick(FULL);
        overflows++;
        assertThat(tick(FULL)).as("the next one").isEqualTo(1);
    }

    @Test
    void theCountersAreReadOnlyWhileTheQueueIsFullAndNothingIsTold() {
        tick(ROOM);
        assertThat(reads).isZero();
        tick(FULL);
        overflows++;
        tick(FULL);
        assertThat(reads).isEqualTo(2);
        tick(FULL);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void unknownCountersTellNothing() {
        overflows = Double.NaN;
        tick(FULL);
        assertThat(tick(FULL)).isZero();
        overflows = 5;
        assertThat(tick(FULL)).isZero();
        overflows = 6;
        assertThat(tick(FULL)).isEqualTo(1);
    }
}
