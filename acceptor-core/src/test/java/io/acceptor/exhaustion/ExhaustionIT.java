package io.acceptor.exhaustion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory, threads or the kernel's help fail at each step of a server's life in turn: nothing is lost, and the next client is served. */
class ExhaustionIT {
    private final FaultSweep sweep = new FaultSweep();

    @ParameterizedTest
    @ValueSource(classes = {NioExhaustion.class, DropInExhaustion.class})
    void nothingIsLostWhereverAnErrorHits(Class<? extends ExhaustionScenario> scenario) throws Exception {
        assertThat(sweep.errorsIn(scenario)).isEmpty();
    }

    /** As macOS does with EINVAL for a socket whose peer has reset the connection. */
    @ParameterizedTest
    @CsvSource({
        "Accepting.unblock, SocketChannel.configureBlocking, RESET_BEFORE_GREETING",
        "Reception.setOption, SocketChannel.setOption, PEER_RESET",
        "NioConnection.open, SocketChannel.configureBlocking, PEER_RESET"
    })
    void whatTheKernelRefusesOnAConnectionThatWasResetIsAReset(String method, String call, String outcome)
            throws Exception {
        sweep.play(RefusedCallScenario.class);
        int point = FaultPoints.find(method, call);
        assertThat(sweep.playWith(point, () -> new IOException("Invalid argument"), RefusedCallScenario.class))
                .isEqualTo(outcome);
    }
}
