package io.acceptor.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void momentsLieAtAConstantRate() {
        Schedule schedule = new Schedule(1_000, 1_000, 3);
        assertThat(schedule.nanosOf(0)).isEqualTo(1_000);
        assertThat(schedule.nanosOf(1)).isEqualTo(1_001_000);
        assertThat(schedule.nanosOf(1_000_000)).isEqualTo(1_000_000_001_000L);
    }

    @Test
    void lengthTimesRateIsTheCount() {
        assertThat(Schedule.startingNow(20_000, Duration.ofSeconds(5)).count()).isEqualTo(100_000);
        assertThat(Schedule.startingNow(1, Duration.ofMillis(1)).count()).isEqualTo(1);
        assertThat(Schedule.startingNow(400, Duration.ofMillis(250)).seconds()).isEqualTo(0.25);
    }

    @Test
    void nothingIsStartedBeforeItsMoment() {
        long moment = System.nanoTime() + Duration.ofMillis(3).toNanos();
        Schedule.await(moment);
        assertThat(System.nanoTime()).isGreaterThanOrEqualTo(moment);
    }

    @Test
    void isOverWhenEvenTheLastIsTooLate() {
        long now = System.nanoTime();
        assertThat(new Schedule(now - 1_300_000_000, 2, 2).isOver()).isTrue();
        assertThat(new Schedule(now - 1_000_000_000, 2, 2).isOver()).isFalse();
        assertThat(new Schedule(now, 1, 3_600).isOver()).isFalse();
    }
}
