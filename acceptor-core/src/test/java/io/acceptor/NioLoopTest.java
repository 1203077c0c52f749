package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a loop may rest in a storm of probes. */
class NioLoopTest {
    @ParameterizedTest
    @CsvSource({"Linux, true", "Windows 11, false", "Windows Server 2022, false", "Mac OS X, false", "FreeBSD, false"})
    void restsOnLinuxOnly(String osName, boolean rests) {
        assertThat(NioLoop.canRest(osName)).isEqualTo(rests);
    }
}
