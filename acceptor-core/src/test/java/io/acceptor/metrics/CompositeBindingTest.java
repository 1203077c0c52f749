package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** Registries within registries: each number arrives everywhere, and once. */
class CompositeBindingTest {
    private final FakeSource source = new FakeSource("imap");
    private final AcceptorMetrics metrics = new AcceptorMetrics(source);
    private final SimpleMeterRegistry first = new SimpleMeterRegistry();
    private final SimpleMeterRegistry second = new SimpleMeterRegistry();
    private final CompositeMeterRegistry composite = new CompositeMeterRegistry().add(first);

    @Test
    void membersOfACompositeShowTheMetersAlsoThoseThatJoinLater() {
        source.accepted = 5;

        metrics.bindTo(composite);
        composite.add(second);
        metrics.recordGreeting(1);

        assertShowsOneGreeting(first);
        assertShowsOneGreeting(second);
        assertThat(composite.get("acceptor.accepted").functionCounter().count()).isEqualTo(5);
    }

    @Test
    void closingEmptiesCompositeAndMembers() {
        metrics.bindTo(composite);
        composite.add(second);

        metrics.close();

        assertThat(composite.getMeters()).isEmpty();
        assertThat(first.getMeters()).isEmpty();
        assertThat(second.getMeters()).isEmpty();
    }

    @Test
    void aMemberBoundAfterItsCompositeCountsOnce() {
        source.accepted = 5;

        metrics.bindTo(composite);
        metrics.bindTo(first);
        metrics.recordGreeting(1);

        assertShowsOneGreeting(first);
    }

    @Test
    void aMemberBoundBeforeItsCompositeCountsOnce() {
        source.accepted = 5;
        composite.add(second);

        metrics.bindTo(first);
        metrics.bindTo(composite);
        metrics.recordGreeting(1);

        assertShowsOneGreeting(first);
        assertShowsOneGreeting(second);
        metrics.close();
        assertThat(first.getMeters()).isEmpty();
        assertThat(composite.getMeters()).isEmpty();
    }

    @Test
    void compositesNestedInEachOtherCountOnce() {
        source.accepted = 5;
        CompositeMeterRegistry outer = new CompositeMeterRegistry().add(composite);

        metrics.bindTo(composite);
        metrics.bindTo(outer);
        metrics.bindTo(first);
        metrics.recordGreeting(1);

        assertShowsOneGreeting(first);
    }

    @Test
    void twoCompositesThatShareAMemberAreRefused() {
        CompositeMeterRegistry other = new CompositeMeterRegistry().add(first).add(second);
        metrics.bindTo(composite);

        assertThatIllegalStateException()
                .isThrownBy(() -> metrics.bindTo(other))
                .withMessageContaining("members in common")
                .withMessageContaining("bind to one");

        assertThat(other.getMeters()).isEmpty();
        assertThat(second.getMeters()).isEmpty();
    }

    @Test
    void theSameNameIsRefusedThroughACompositeToo() {
        AcceptorMetrics other = new AcceptorMetrics(new FakeSource("imap"));
        metrics.bindTo(first);

        assertThatIllegalStateException()
                .isThrownBy(() -> other.bindTo(composite))
                .withMessageContaining("\"imap\"");
        assertThat(composite.getMeters()).isEmpty();

        composite.add(second);
        other.bindTo(second);
        metrics.close();
        other.close();
        assertThat(first.getMeters()).isEmpty();
        assertThat(second.getMeters()).isEmpty();
    }

    @Test
    void theSameNameIsRefusedInAMemberThatJoinedAfterwards() {
        metrics.bindTo(composite);
        composite.add(second);
        AcceptorMetrics other = new AcceptorMetrics(new FakeSource("imap"));

        assertThatIllegalStateException().isThrownBy(() -> other.bindTo(second));
    }

    private static void assertShowsOneGreeting(MeterRegistry registry) {
        assertThat(registry.get("acceptor.accepted").functionCounter().count()).isEqualTo(5);
        assertThat(registry.get("acceptor.greeting").timer().count()).isEqualTo(1);
    }
}
