package io.acceptor.exhaustion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ExhaustionIT} asks of acceptor-core, asked of NettyAcceptor. */
class NettyExhaustionIT {
    @ParameterizedTest
    @ValueSource(classes = {NettyExhaustion.OnEpoll.class, NettyExhaustion.OnNio.class})
    void nothingIsLostWhereverAnErrorHits(Class<? extends ExhaustionScenario> scenario) throws Exception {
        assertThat(new FaultSweep().errorsIn(scenario)).isEmpty();
    }
}
