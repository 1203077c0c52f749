package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.core.instrument.step.StepMeterRegistry;
import io.micrometer.core.instrument.step.StepRegistryConfig;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Nothing a registry does reaches the accept loop. */
class BrokenRegistryTest {
    private final AcceptorMetrics metrics = new AcceptorMetrics(new FakeSource("imap"));

    @Test
    void aClosedRegistryCanStillBeRecordedTo() {
        SimpleMeterRegistry simple = new SimpleMeterRegistry();
        StepMeterRegistry pushing = new SilentStepRegistry();
        metrics.bindTo(simple);
        metrics.bindTo(pushing);

        simple.close();
        pushing.close();
        metrics.recordGreeting(1);
        metrics.recordHandoff(1);
        metrics.close();

        assertThat(metrics.toString()).contains("0 failures");
        assertThat(simple.getMeters()).isEmpty();
        assertThat(pushing.getMeters()).isEmpty();
    }

    @Test
    void aRegistryThatIsClosedAlreadyCanBeBound() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.close();

        assertThatCode(() -> {
                    metrics.bindTo(registry);
                    metrics.recordGreeting(1);
                    metrics.close();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void whatATimerThrowsIsCountedAndTheOtherRegistriesGetTheirTimes() {
        SimpleMeterRegistry sound = new SimpleMeterRegistry();
        ThrowingRegistry broken = new ThrowingRegistry();
        metrics.bindTo(broken);
        metrics.bindTo(sound);
        broken.throwing.set(true);

        metrics.recordGreeting(1);
        metrics.recordHandoff(1);

        assertThat(sound.get("acceptor.greeting").timer().count()).isEqualTo(1);
        assertThat(sound.get("acceptor.handoff").timer().count()).isEqualTo(1);
        assertThat(metrics.toString()).contains("2 failures");
    }

    @Test
    void closingGoesOnWhenARegistryThrows() {
        SimpleMeterRegistry sound = new SimpleMeterRegistry();
        SimpleMeterRegistry broken = new SimpleMeterRegistry();
        broken.config().onMeterRemoved(meter -> {
            throw new IllegalStateException("listener");
        });
        metrics.bindTo(broken);
        metrics.bindTo(sound);

        metrics.close();

        assertThat(sound.getMeters()).isEmpty();
        assertThat(broken.getMeters()).isEmpty();
        assertThat(metrics.toString()).doesNotContain(" 0 failures");
    }

    private static final class ThrowingRegistry extends SimpleMeterRegistry {
        final AtomicBoolean throwing = new AtomicBoolean();

        ThrowingRegistry() {
            super(SimpleConfig.DEFAULT, Clock.SYSTEM);
        }

        @Override
        protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
            Clock broken = new Clock() {
                @Override
                public long wallTime() {
                    if (throwing.get()) {
                        throw new AssertionError("registry");
                    }
                    return Clock.SYSTEM.wallTime();
                }

                @Override
                public long monotonicTime() {
                    return Clock.SYSTEM.monotonicTime();
                }
            };
            return new io.micrometer.core.instrument.cumulative.CumulativeTimer(
                    id, broken, config, pauseDetector, getBaseTimeUnit());
        }
    }

    private static final class SilentStepRegistry extends StepMeterRegistry {
        SilentStepRegistry() {
            super(
                    new StepRegistryConfig() {
                        @Override
                        public String prefix() {
                            return "silent";
                        }

                        @Override
                        public String get(String key) {
                            return null;
                        }
                    },
                    Clock.SYSTEM);
        }

        @Override
        protected void publish() {}

        @Override
        protected TimeUnit getBaseTimeUnit() {
            return TimeUnit.SECONDS;
        }
    }
}
