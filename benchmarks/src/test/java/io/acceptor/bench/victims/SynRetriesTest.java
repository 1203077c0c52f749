package io.acceptor.bench.victims;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SynRetriesTest {

    @ParameterizedTest
    @CsvSource({"0, NONE", "500, NONE", "1010, ABOUT_1_S", "3050, ABOUT_3_S", "7060, ABOUT_7_S", "15000, ABOUT_7_S"})
    void aSlowConnectTellsHowOftenTheSynWasSentAgain(long millis, SynRetries expected) {
        assertThat(SynRetries.of(TimeUnit.MILLISECONDS.toNanos(millis))).isEqualTo(expected);
    }
}
