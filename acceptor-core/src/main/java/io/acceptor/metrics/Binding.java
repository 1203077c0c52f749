package io.acceptor.metrics;

import static io.acceptor.metrics.MeterTag.lowerCase;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * One acceptor's meters in one registry. A meter that was there before (a filter made it coincide with another
 * acceptor's) is used but not owned, and stays when this goes. Thread-safe once made.
 */
final class Binding {
    private final AcceptorMetrics metrics;
    private final MeterRegistry registry;
    private final String listener;
    private final List<Meter> owned = new ArrayList<>();
    private final Timer greeting;
    private final Timer handoff;
    private final Timer queueWait;

    /** Registers the catalogue, or nothing of it if the registry throws. */
    Binding(AcceptorMetrics metrics, MeterRegistry registry, String listener) {
        this.metrics = metrics;
        this.registry = registry;
        this.listener = listener;
        Set<Meter> before = Collections.newSetFromMap(new IdentityHashMap<>());
        before.addAll(registry.getMeters());
        try {
            greeting = timer(AcceptorMeter.GREETING);
            handoff = timer(AcceptorMeter.HANDOFF);
            queueWait = timer(AcceptorMeter.QUEUE_WAIT);
            registerCounters();
            registerRise(AcceptorMeter.LISTEN_OVERFLOWS, metrics.listenOverflows());
            registerRise(AcceptorMeter.LISTEN_DROPS, metrics.listenDrops());
            registerGauges();
        } catch (RuntimeException | Error e) {
            owned.removeIf(before::contains);
            remove();
            throw e;
        }
        owned.removeIf(before::contains);
    }

    MeterRegistry registry() {
        return registry;
    }

    void recordGreeting(long nanos) {
        record(greeting, nanos);
    }

    void recordHandoff(long nanos) {
        record(handoff, nanos);
    }

    void recordQueueWait(long nanos) {
        record(queueWait, nanos);
    }

    /** Takes out what this put in; goes on when the registry throws. */
    void remove() {
        for (Meter meter : owned) {
            try {
                registry.remove(meter);
            } catch (RuntimeException | Error e) {
                metrics.countFailure();
            }
        }
    }

    /** On the accept loop: a negative time would make Micrometer log a stack trace, a broken registry may throw. */
    private void record(Timer timer, long nanos) {
        try {
            timer.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (RuntimeException | Error e) {
            metrics.countFailure();
        }
    }

    private void registerCounters() {
        counter(AcceptorMeter.ACCEPTED, Tags.empty(), AcceptorStats::accepted);
        for (Outcome outcome : Outcome.values()) {
            Tags tags = tag(AcceptorMeter.CONNECTIONS, lowerCase(outcome));
            counter(AcceptorMeter.CONNECTIONS, tags, stats -> stats.outcomes().getOrDefault(outcome, 0L));
        }
        for (RejectReason reason : RejectReason.values()) {
            Tags tags = tag(AcceptorMeter.REJECTIONS, lowerCase(reason));
            counter(AcceptorMeter.REJECTIONS, tags, stats -> stats.rejections().getOrDefault(reason, 0L));
        }
        for (String kind : AcceptorMeter.ACCEPT_ERRORS.tagValues()) {
            Tags tags = tag(AcceptorMeter.ACCEPT_ERRORS, kind);
            counter(
                    AcceptorMeter.ACCEPT_ERRORS,
                    tags,
                    stats -> stats.acceptErrors().getOrDefault(kind, 0L));
        }
        counter(AcceptorMeter.STALLS, Tags.empty(), AcceptorStats::stalls);
        counter(AcceptorMeter.EVENTS_DROPPED, Tags.empty(), AcceptorStats::eventsDropped);
    }

    /** A counter that is unknown is left out: it cannot be NaN, and must not be 0. */
    private void registerRise(AcceptorMeter meter, Rise rise) {
        if (rise.known()) {
            counter(meter, Tags.empty(), new Reading(metrics, it -> rise.total()));
        }
    }

    private void registerGauges() {
        gauge(AcceptorMeter.ACTIVE, it -> it.stats().active());
        gauge(AcceptorMeter.PENDING, it -> it.stats().pending());
        gauge(AcceptorMeter.QUEUE_DEPTH, it -> it.queue().last().depth());
        gauge(AcceptorMeter.QUEUE_LIMIT, it -> it.queue().last().limit());
        gauge(AcceptorMeter.QUEUE_DEPTH_PEAK, it -> it.queue().peak());
        gauge(AcceptorMeter.QUEUE_GHOSTS, it -> it.queue().lastInspection().ghosts());
        gauge(AcceptorMeter.QUEUE_OLDEST, AcceptorMetrics::oldestInQueue);
        gauge(AcceptorMeter.LOOP_BUSY, AcceptorMetrics::loopBusy);
    }

    private Timer timer(AcceptorMeter meter) {
        Timer timer = Timer.builder(meter.meterName())
                .tags(AcceptorMeter.LISTENER, listener)
                .description(meter.description())
                .register(registry);
        owned.add(timer);
        return timer;
    }

    private void counter(AcceptorMeter meter, Tags tags, ToLongFunction<AcceptorStats> count) {
        counter(meter, tags, new Reading(metrics, it -> count.applyAsLong(it.stats())));
    }

    private void counter(AcceptorMeter meter, Tags tags, Reading reading) {
        owned.add(FunctionCounter.builder(meter.meterName(), reading, reading)
                .tags(tags.and(AcceptorMeter.LISTENER, listener))
                .description(meter.description())
                .baseUnit(meter.baseUnit())
                .register(registry));
    }

    private void gauge(AcceptorMeter meter, ToDoubleFunction<AcceptorMetrics> value) {
        Reading reading = new Reading(metrics, value);
        owned.add(Gauge.builder(meter.meterName(), reading, reading)
                .strongReference(true)
                .tags(AcceptorMeter.LISTENER, listener)
                .description(meter.description())
                .baseUnit(meter.baseUnit())
                .register(registry));
    }

    private static Tags tag(AcceptorMeter meter, String value) {
        return Tags.of(meter.tagKeys().get(1), value);
    }
}
