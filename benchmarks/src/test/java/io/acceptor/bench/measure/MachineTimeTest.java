package io.acceptor.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTimeTest {

    @Test
    void idleAndWaitingForDisksIsNotBusy() {
        MachineTime time = MachineTime.parse("cpu  10 20 30 400 100 1 2 3 10 20");
        assertThat(time).isEqualTo(new MachineTime(660_000, 5_660_000));
    }

    @Test
    void othersAreWhatIsBusyWithoutUs() {
        MachineTime then = new MachineTime(100, 1_000);
        MachineTime now = new MachineTime(600, 2_000);
        assertThat(now.othersSince(then, 400)).isEqualTo(0.1);
        assertThat(now.othersSince(then, 501)).isZero();
    }

    @Test
    void whatIsNotUnderstoodIsNotANumber() {
        assertThat(MachineTime.parse("").busyMicros()).isNaN();
        assertThat(MachineTime.parse("cpu 1 2 3").othersSince(MachineTime.parse(""), 1))
                .isNaN();
    }
}
