package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProcessStatusTest {
    /** The first mask is a JVM's, the second one's with -Xrs. */
    @ParameterizedTest
    @CsvSource({"2000000181005ccf, true", "2000000180001cc8, false", "0000000000000004, true", "fffffffffffffffb, false"
    })
    void sigquitIsTheThirdBitOfTheMask(String mask, boolean catches) {
        assertThat(status(mask, "S (sleeping)").catchesSigquit()).isEqualTo(catches);
    }

    @ParameterizedTest
    @CsvSource({
        "R (running), true",
        "S (sleeping), true",
        "D (disk sleep), true",
        "T (stopped), false",
        "t (tracing stop), false",
        "Z (zombie), false",
        "X (dead), false"
    })
    void aStoppedProcessDoesNotAnswer(String state, boolean runnable) {
        assertThat(status("0", state).isRunnable()).isEqualTo(runnable);
    }

    @Test
    void theEffectiveUserCounts() {
        assertThat(status("0", "R (running)").uid()).isEqualTo(1_001);
    }

    @Test
    void whatHasNoUserIsRefused() {
        assertThatThrownBy(() -> ProcessStatus.parsed(Map.of("State", "R (running)")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no Uid");
    }

    @Test
    void ourOwnIsThere() {
        assertThat(ProcessStatus.ourselves()).hasValueSatisfying(status -> {
            assertThat(status.isRunnable()).isTrue();
            assertThat(status.catchesSigquit()).isTrue();
        });
        assertThat(ProcessStatus.of(Integer.MAX_VALUE)).isEmpty();
    }

    private static ProcessStatus status(String mask, String state) {
        return ProcessStatus.parsed(Map.of("Uid", "1000\t1001\t1000\t1000", "State", state, "SigCgt", mask));
    }
}
