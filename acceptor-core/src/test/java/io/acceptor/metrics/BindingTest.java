package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Binding to plain registries: once, twice, by two acceptors, after close. */
class BindingTest {
    private final FakeSource source = new FakeSource("imap");
    private final AcceptorMetrics metrics = new AcceptorMetrics(source);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void severalRegistriesShowTheSameAcceptor() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        source.accepted = 5;

        metrics.bindTo(registry);
        metrics.bindTo(other);
        metrics.recordHandoff(1);

        for (MeterRegistry each : List.of(registry, other)) {
            assertThat(accepted(each, "imap")).isEqualTo(5);
            assertThat(each.get("acceptor.handoff").timer().count()).isEqualTo(1);
        }
    }

    @Test
    void bindingTwiceChangesNothing() {
        metrics.bindTo(registry);
        List<Meter> once = registry.getMeters();

        metrics.bindTo(registry);
        metrics.recordGreeting(1);

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(once);
        assertThat(registry.get("acceptor.greeting").timer().count()).isEqualTo(1);
        assertThat(metrics).hasToString("AcceptorMetrics[imap, 1 registries, 0 failures]");
    }

    @Test
    void acceptorsOfDifferentNamesShareARegistry() {
        FakeSource second = new FakeSource("pop3");
        source.accepted = 1;
        second.accepted = 2;

        metrics.bindTo(registry);
        new AcceptorMetrics(second).bindTo(registry);

        assertThat(accepted(registry, "imap")).isEqualTo(1);
        assertThat(accepted(registry, "pop3")).isEqualTo(2);
    }

    @Test
    void aSecondOpenAcceptorOfTheSameNameIsRefusedAndTheRegistryUnchanged() {
        metrics.bindTo(registry);
        source.accepted = 1;
        List<Meter> before = registry.getMeters();
        AcceptorMetrics second = new AcceptorMetrics(new FakeSource("imap"));

        assertThatIllegalStateException()
                .isThrownBy(() -> second.bindTo(registry))
                .withMessageContaining("listener \"imap\"")
                .withMessageContaining("SimpleMeterRegistry")
                .withMessageContaining("name(...)");
        second.recordGreeting(1);
        second.close();

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(accepted(registry, "imap")).isEqualTo(1);
        assertThat(registry.get("acceptor.greeting").timer().count()).isZero();
    }

    @Test
    void theSameNameInAnotherRegistryIsFree() {
        metrics.bindTo(registry);
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        FakeSource second = new FakeSource("imap");
        second.accepted = 2;

        new AcceptorMetrics(second).bindTo(other);

        assertThat(accepted(other, "imap")).isEqualTo(2);
    }

    @Test
    void ofManyBindingTheSameNameAtOnceOneWins() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> wins = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> {
                        AcceptorMetrics each = new AcceptorMetrics(new FakeSource("imap"));
                        start.await();
                        try {
                            each.bindTo(registry);
                            return true;
                        } catch (IllegalStateException e) {
                            return false;
                        }
                    }))
                    .toList();
            start.countDown();

            int won = 0;
            for (Future<Boolean> win : wins) {
                won += win.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closingTakesItsOwnMetersFromEveryRegistryAndNoOthers() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        Gauge.builder("somebody.elses", () -> 1).register(registry);
        new AcceptorMetrics(new FakeSource("pop3")).bindTo(registry);
        List<Meter> before = registry.getMeters();
        metrics.bindTo(registry);
        metrics.bindTo(other);

        metrics.close();

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(other.getMeters()).isEmpty();
    }

    @Test
    void closingAgainAndWithoutEverHavingBoundDoesNothing() {
        metrics.close();
        metrics.close();

        assertThat(metrics).hasToString("AcceptorMetrics[imap, 0 registries, 0 failures]");
    }

    @Test
    void aClosedAcceptorCannotBeBound() {
        metrics.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> metrics.bindTo(registry))
                .withMessageContaining("listener \"imap\"")
                .withMessageContaining("closed");
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void afterCloseTheNameIsFreeAgain() {
        metrics.bindTo(registry);
        metrics.close();
        FakeSource successor = new FakeSource("imap");
        successor.accepted = 3;

        AcceptorMetrics next = new AcceptorMetrics(successor);
        next.bindTo(registry);
        metrics.close();

        assertThat(accepted(registry, "imap")).isEqualTo(3);
    }

    @Test
    void recordingAfterCloseIsIgnored() {
        metrics.bindTo(registry);
        metrics.close();

        metrics.recordGreeting(1);
        metrics.recordHandoff(1);

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aMeterOfAnotherKindInTheWayLeavesTheRegistryAsItWas() {
        Gauge.builder("acceptor.stalls", () -> 1).tag("listener", "imap").register(registry);
        List<Meter> before = registry.getMeters();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.bindTo(registry))
                .withMessageContaining("acceptor.stalls");

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(before);
        registry.clear();
        metrics.bindTo(registry);
        assertThat(accepted(registry, "imap")).isZero();
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> metrics.bindTo(null)).withMessage("registry");
        assertThatNullPointerException()
                .isThrownBy(() -> new AcceptorMetrics(null))
                .withMessage("source");
    }

    private static double accepted(MeterRegistry registry, String listener) {
        return registry.get("acceptor.accepted")
                .tag("listener", listener)
                .functionCounter()
                .count();
    }
}
