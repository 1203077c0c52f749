package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Registries with filters: deny, rename, strip, configure. */
class FilteredBindingTest {
    private final AcceptorMetrics metrics = new AcceptorMetrics(new FakeSource("imap"));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @ParameterizedTest
    @EnumSource
    void anyOneMeterMayBeDenied(AcceptorMeter denied) {
        registry.config().meterFilter(MeterFilter.deny(id -> id.getName().equals(denied.meterName())));

        metrics.bindTo(registry);
        record();

        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .doesNotContain(denied.meterName());
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .hasSizeGreaterThan(20);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void allMetersMayBeDenied() {
        registry.config().meterFilter(MeterFilter.deny());

        metrics.bindTo(registry);
        record();
        metrics.close();

        assertThat(registry.getMeters()).isEmpty();
        assertThat(metrics.toString()).contains("0 failures");
    }

    @Test
    void renamedMetersGoWhenItClosesAndTheirNameIsGuarded() {
        registry.config().meterFilter(prefix("mail."));
        metrics.bindTo(registry);
        AcceptorMetrics second = new AcceptorMetrics(new FakeSource("imap"));

        assertThatIllegalStateException().isThrownBy(() -> second.bindTo(registry));
        assertThat(registry.getMeters())
                .allMatch(meter -> meter.getId().getName().startsWith("mail.acceptor."));

        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void filtersAddedAfterBindingDoNotKeepMetersFromGoing() {
        metrics.bindTo(registry);
        registry.config().meterFilter(prefix("mail."));

        metrics.close();

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void withTheListenerTagDroppedClosingTheSecondLeavesTheMetersOfTheFirst() {
        registry.config().meterFilter(MeterFilter.ignoreTags("listener"));
        metrics.bindTo(registry);
        List<Meter> ofTheFirst = registry.getMeters();
        AcceptorMetrics second = new AcceptorMetrics(new FakeSource("pop3"));

        second.bindTo(registry);
        second.close();

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(ofTheFirst);
    }

    @Test
    void commonTagsAreKept() {
        registry.config().commonTags("region", "eu");

        metrics.bindTo(registry);

        assertThat(registry.getMeters())
                .allMatch(meter -> meter.getId().getTags().contains(Tag.of("region", "eu")));
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void usersCanAddPercentiles() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return DistributionStatisticConfig.builder()
                        .percentiles(0.5, 0.99)
                        .build()
                        .merge(config);
            }
        });

        metrics.bindTo(registry);
        metrics.recordGreeting(1_000);

        Timer greeting = registry.get("acceptor.greeting").timer();
        assertThat(greeting.takeSnapshot().percentileValues()).hasSize(2);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    private void record() {
        metrics.recordGreeting(1);
        metrics.recordHandoff(1);
        registry.getMeters().forEach(meter -> meter.measure().forEach(measurement -> measurement.getValue()));
    }

    private static MeterFilter prefix(String prefix) {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.withName(prefix + id.getName());
            }
        };
    }
}
