package io.acceptor.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.acceptor.bench.serve.ServerOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
    private static final TrialPlan PLAN =
            new TrialPlan(Duration.ofSeconds(1), Duration.ofSeconds(1), 100, new ServerOptions(), List.of());

    @Test
    void allScenariosWithAllServersInFiveRoundsFitIntoHalfAnHour() {
        TimeLeft all = new TimeLeft(PLAN, 5, List.of(Scenario.values()), 14);
        assertThat(all.announcement()).startsWith("14 server(s), 6 scenario(s), 5 round(s): 420 trials, about ");
        assertThat(Duration.ofSeconds((long) all.expectedSeconds())).isLessThan(Duration.ofMinutes(30));
    }

    @Test
    void longerPhasesTakeLonger() {
        TrialPlan longer =
                new TrialPlan(Duration.ofSeconds(3), Duration.ofSeconds(1), 100, new ServerOptions(), List.of());
        double difference = one(longer).expectedSeconds() - one(PLAN).expectedSeconds();
        assertThat(difference).as("two phases, two seconds more each").isCloseTo(4, within(1e-6));
    }

    @Test
    void whatIsLeftFollowsFromWhatItHasTaken() {
        TimeLeft left = new TimeLeft(PLAN, 2, List.of(Scenario.GREETED), 2);
        assertThat(left.after(1, 20)).isEqualTo("1 of 4 trials, about 60 s left");
        assertThat(left.after(2, 400)).isEqualTo("2 of 4 trials, about 7 min left");
        assertThat(left.after(4, 400)).isEqualTo("4 of 4 trials, about 0 s left");
    }

    private static TimeLeft one(TrialPlan plan) {
        return new TimeLeft(plan, 1, List.of(Scenario.PROBES_1K), 1);
    }
}
