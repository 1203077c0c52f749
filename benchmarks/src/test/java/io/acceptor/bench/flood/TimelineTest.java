package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.acceptor.bench.measure.Vitals;
import io.acceptor.bench.victims.ClientEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TimelineTest {

    /** 1 ms, 2 ms, … 1,000 ms, once each: the percentiles are known. */
    @Test
    void latenciesOfAKnownDistribution() {
        List<Sample> live = new ArrayList<>();
        Timeline timeline = new Timeline(() -> 7, () -> new Vitals(3, 9, 1), live::add);
        for (int millis = 1_000; millis > 0; millis--) {
            timeline.ended(ClientEnd.GREETED, TimeUnit.MILLISECONDS.toNanos(millis));
        }
        timeline.ended(ClientEnd.SILENCE, TimeUnit.SECONDS.toNanos(9));
        timeline.close();

        Sample sample = live.get(0);
        assertThat(live).hasSize(1).isEqualTo(timeline.history().samples());
        assertThat(sample.visitors()).isEqualTo(7);
        assertThat(sample.vitals().queueDepth()).isEqualTo(3);
        assertThat(sample.victims().greeted()).isEqualTo(1_000);
        assertThat(sample.victims().failed()).isEqualTo(1);
        assertThat(sample.victims().p99Millis()).isCloseTo(990, within(1.0));
        assertThat(sample.victims().maxMillis()).isCloseTo(1_000, within(1.0));

        Histogram latency = timeline.history().intervals().get(0);
        assertThat(latency.getValueAtPercentile(50)).isCloseTo(500_000_000L, within(500_000L));
        assertThat(latency.getMean()).isCloseTo(500_500_000, within(500_000.0));
    }

    @Test
    void whatWasNotThereIsNoNumber() {
        Timeline timeline = new Timeline(() -> 0, () -> new Vitals(Double.NaN, Double.NaN, Double.NaN), sample -> {});
        timeline.close();
        assertThat(timeline.history().samples().get(0).victims().p99Millis()).isNaN();
        assertThat(timeline.history().samples().get(0).victims().maxMillis()).isNaN();
    }
}
