package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.function.ToDoubleFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The registry keeps what its meters need, and nothing keeps a closed acceptor. */
class GarbageCollectionTest {
    @Test
    void metersGoOnWhenOnlyTheRegistryHoldsThem() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        bindAndForget(registry);

        collectGarbage();

        assertShowsTheBooks(registry);
    }

    @Test
    void metersGoOnInACompositeAndInAMemberThatJoinsAfterwards() {
        SimpleMeterRegistry member = new SimpleMeterRegistry();
        SimpleMeterRegistry late = new SimpleMeterRegistry();
        CompositeMeterRegistry composite = new CompositeMeterRegistry().add(member);
        bindAndForget(composite);

        collectGarbage();
        composite.add(late);

        assertShowsTheBooks(composite);
        assertShowsTheBooks(member);
        assertShowsTheBooks(late);
    }

    @Test
    void theNameStaysTakenWhenOnlyTheRegistryHoldsTheMeters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        bindAndForget(registry);

        collectGarbage();

        AcceptorMetrics second = new AcceptorMetrics(new FakeSource("imap"));
        assertThatIllegalStateException().isThrownBy(() -> second.bindTo(registry));
    }

    @Test
    void aCounterWhoseStateIsNotItsFunctionWouldStandStill() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registerWeakly(registry);

        collectGarbage();

        assertThat(registry.get("weak").functionCounter().count()).isZero();
    }

    @Test
    void aClosedAcceptorIsReleasedByARegistryThatLivesOn() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        WeakReference<?> closed = bindAndClose(registry);

        awaitCleared(closed);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aDroppedRegistryGoesWithTheAcceptorThatWasNeverClosed() {
        awaitCleared(bindToRegistryAndForgetBoth());
    }

    private static void bindAndForget(MeterRegistry registry) {
        FakeSource source = new FakeSource("imap");
        source.accepted = 5;
        source.pending = 2;
        source.loopBusy = 0.5;
        new AcceptorMetrics(source).bindTo(registry);
    }

    private static void registerWeakly(MeterRegistry registry) {
        ToDoubleFunction<Object> five = state -> 5;
        FunctionCounter.builder("weak", new Object(), five).register(registry);
    }

    private static WeakReference<?> bindAndClose(MeterRegistry registry) {
        AcceptorMetrics metrics = new AcceptorMetrics(new FakeSource("imap"));
        metrics.bindTo(registry);
        metrics.close();
        return new WeakReference<>(metrics);
    }

    private static WeakReference<?> bindToRegistryAndForgetBoth() {
        MeterRegistry registry = new SimpleMeterRegistry();
        new AcceptorMetrics(new FakeSource("imap")).bindTo(registry);
        return new WeakReference<>(registry);
    }

    private static void assertShowsTheBooks(MeterRegistry registry) {
        assertThat(registry.get("acceptor.accepted").functionCounter().count()).isEqualTo(5);
        assertThat(registry.get("acceptor.connections.active").gauge().value()).isEqualTo(5);
        assertThat(registry.get("acceptor.connections.pending").gauge().value()).isEqualTo(2);
        assertThat(registry.get("acceptor.loop.busy").gauge().value()).isEqualTo(0.5);
        assertThat(registry.getMeters())
                .filteredOn(meter -> meter.getId().getType() == Meter.Type.COUNTER)
                .hasSizeGreaterThan(20);
    }

    /** Until an object that nothing holds has gone, and so everything else that nothing holds. */
    private static void collectGarbage() {
        awaitCleared(new WeakReference<>(new Object()));
    }

    private static void awaitCleared(WeakReference<?> reference) {
        Awaitility.await().until(() -> {
            System.gc();
            return reference.get() == null;
        });
    }
}
