package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.ListenCounters;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalogue by itself, and what is registered compared with it. */
class AcceptorMeterTest {
    /** One registered meter as the catalogue speaks of it. */
    private record Entry(
            String name, Meter.Type type, String baseUnit, List<String> tagKeys, String tagValue, String description) {}

    @Test
    void everyMeterOfTheCatalogueIsRegisteredAndNothingBeyondIt() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        new AcceptorMetrics(new FakeSource("imap"), System::nanoTime, () -> new ListenCounters(0, 0)).bindTo(registry);

        assertThat(registry.getMeters().stream().map(AcceptorMeterTest::registered))
                .containsExactlyInAnyOrderElementsOf(Stream.of(AcceptorMeter.values())
                        .flatMap(AcceptorMeterTest::expected)
                        .toList());
        assertThat(registry.getMeters())
                .allSatisfy(
                        meter -> assertThat(meter.getId().getTag("listener")).isEqualTo("imap"));
    }

    @ParameterizedTest
    @EnumSource
    void namesAreDottedLowerCase(AcceptorMeter meter) {
        assertThat(meter.meterName()).matches("acceptor(\\.[a-z]+)+");
    }

    @ParameterizedTest
    @EnumSource
    void tagsAreListenerAndAtMostOneMoreWithFixedValues(AcceptorMeter meter) {
        assertThat(meter.tagKeys()).first().isEqualTo("listener");
        assertThat(meter.tagKeys()).hasSizeLessThanOrEqualTo(2).isSubsetOf("listener", "outcome", "reason");
        assertThat(meter.tagValues().isEmpty()).isEqualTo(meter.tagKeys().size() == 1);
        assertThat(meter.tagValues()).doesNotHaveDuplicates().allMatch(value -> value.matches("[a-z]+(_[a-z]+)*"));
    }

    @ParameterizedTest
    @EnumSource
    void descriptionsAreSentences(AcceptorMeter meter) {
        assertThat(meter.description()).matches("[A-Z].*\\.").doesNotContain("|", "\n");
    }

    private static Entry registered(Meter meter) {
        Meter.Id id = meter.getId();
        List<String> keys = id.getTags().stream().map(tag -> tag.getKey()).toList();
        String value = id.getTags().stream()
                .filter(tag -> !tag.getKey().equals("listener"))
                .map(tag -> tag.getValue())
                .findFirst()
                .orElse("");
        return new Entry(id.getName(), id.getType(), id.getBaseUnit(), keys, value, id.getDescription());
    }

    private static Stream<Entry> expected(AcceptorMeter meter) {
        List<String> values = meter.tagValues().isEmpty() ? List.of("") : meter.tagValues();
        return values.stream()
                .map(value -> new Entry(
                        meter.meterName(),
                        meter.type(),
                        meter.baseUnit(),
                        meter.tagKeys(),
                        value,
                        meter.description()));
    }
}
