package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.flood.Behaviour.Times;
import io.acceptor.bench.flood.FloodPlan.Bounds;
import io.acceptor.bench.flood.FloodPlan.Load;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortGuardTest {
    private static final int PORTS = 1_000;

    @Test
    void thoseThatResetLeaveNoPortBehind() {
        assertThat(objection(Behaviour.RESET, 200_000, 1)).isEmpty();
    }

    @Test
    void thoseThatCloseMayUseHalfOfThePorts() {
        assertThat(objection(Behaviour.FIN, 50, 1)).isEmpty();
        assertThat(objection(Behaviour.FIN, 51, 1).orElseThrow())
                .contains("510 ports in TIME_WAIT", "the 1,000 that 1 source");
        assertThat(objection(Behaviour.FIN, 51, 2)).isEmpty();
    }

    @Test
    void victimsCloseToo() {
        FloodPlan plan = plan(Behaviour.RESET, 1);
        assertThat(PortGuard.objection(plan, 50, 1, PORTS)).isEmpty();
        assertThat(PortGuard.objection(plan, 51, 1, PORTS)).isPresent();
    }

    private static Optional<String> objection(Behaviour behaviour, int rate, int sources) {
        return PortGuard.objection(plan(behaviour, rate), 0, sources, PORTS);
    }

    private static FloodPlan plan(Behaviour behaviour, int rate) {
        Times times = new Times(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), 1);
        return new FloodPlan(Mix.of(behaviour), Load.open(rate), Bounds.of(Duration.ofSeconds(10)), times, 1);
    }
}
