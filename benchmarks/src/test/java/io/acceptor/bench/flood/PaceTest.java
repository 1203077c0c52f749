package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.measure.Punctuality;
import io.acceptor.bench.measure.Schedule;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final double EACH_MILLISECOND = 1_000;

    @Test
    void theLastOnesStartAlthoughTheyAreAMomentLate() {
        Schedule schedule = new Schedule(ago(Duration.ofMillis(200)), EACH_MILLISECOND, 100);
        Pace.Open pace = new Pace.Open(schedule, 0, 1);
        assertThat(turns(pace)).isEqualTo(100);
        assertThat(pace.lateness().getMinValue())
                .isGreaterThan(Duration.ofMillis(99).toNanos());
        assertThat(pace.lastNanos()).isGreaterThan(schedule.nanosOf(199));
    }

    @Test
    void nobodyStartsAnyMoreWhenEvenTheLastIsTooLate() {
        Schedule schedule = new Schedule(ago(Duration.ofSeconds(1)), EACH_MILLISECOND, 100);
        assertThat(turns(new Pace.Open(schedule, 0, 1))).isZero();
    }

    /** It has sent all it should have, but in one burst: that is not the rate that it offered. */
    @Test
    void whoCatchesUpTooLateHasMissedItsRate() {
        Schedule schedule = new Schedule(ago(Duration.ofSeconds(1)), EACH_MILLISECOND, 800);
        Pace.Open pace = new Pace.Open(schedule, 0, 1);
        assertThat(turns(pace)).isEqualTo(800);
        FloodResult result =
                new FloodResult(800, 1, Map.of(ProbeEnd.DONE, 800L), 0, Punctuality.of(pace.lateness(), schedule));
        assertThat(result.sent()).isEqualTo(800);
        assertThat(result.onTime()).isLessThan(60);
        assertThat(result.valid()).isFalse();
    }

    @Test
    void severalTakeTurnsOfOneSchedule() {
        Schedule schedule = new Schedule(ago(Duration.ofMillis(100)), EACH_MILLISECOND, 99);
        assertThat(turns(new Pace.Open(schedule, 0, 2))).isEqualTo(50);
        assertThat(turns(new Pace.Open(schedule, 1, 2))).isEqualTo(49);
    }

    private static long ago(Duration time) {
        return System.nanoTime() - time.toNanos();
    }

    private static int turns(Pace pace) {
        int turns = 0;
        while (pace.takeTurn(0)) {
            turns++;
        }
        return turns;
    }
}
