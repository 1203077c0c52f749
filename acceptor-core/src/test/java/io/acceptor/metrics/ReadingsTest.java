package io.acceptor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.ListenCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Every meter shows its own number, and the newest one. */
class ReadingsTest {
    private static final ListenCounters UNKNOWN = new ListenCounters(Double.NaN, Double.NaN);

    private final AtomicLong clock = new AtomicLong(42);
    private final FakeSource source = new FakeSource("imap");
    private ListenCounters listen = new ListenCounters(70, 80);
    private final AcceptorMetrics metrics = new AcceptorMetrics(source, clock::get, () -> listen);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void countersAndGaugesShowTheBooks() {
        fillTheBooks();

        metrics.bindTo(registry);

        assertThat(counter("acceptor.accepted")).isEqualTo(1_000);
        for (Outcome outcome : Outcome.values()) {
            assertThat(counter("acceptor.connections", "outcome", outcome.name().toLowerCase(Locale.ROOT)))
                    .as("outcome %s", outcome)
                    .isEqualTo(source.outcomes.get(outcome).doubleValue());
        }
        for (RejectReason reason : RejectReason.values()) {
            assertThat(counter("acceptor.rejections", "reason", reason.name().toLowerCase(Locale.ROOT)))
                    .as("reason %s", reason)
                    .isEqualTo(source.rejections.get(reason).doubleValue());
        }
        assertThat(counter("acceptor.accept.errors", "reason", "exhausted")).isEqualTo(51);
        assertThat(counter("acceptor.accept.errors", "reason", "transient")).isEqualTo(52);
        assertThat(counter("acceptor.accept.errors", "reason", "fatal")).isEqualTo(53);
        assertThat(counter("acceptor.stalls")).isEqualTo(54);
        assertThat(counter("acceptor.events.dropped")).isEqualTo(55);
        assertThat(gauge("acceptor.connections.active"))
                .isEqualTo((double) source.stats().active());
        assertThat(gauge("acceptor.connections.pending")).isEqualTo(7);
        assertThat(gauge("acceptor.loop.busy")).isEqualTo(0.25);
    }

    @Test
    void tagValuesAreLowerCaseWithUnderscores() {
        assertThat(AcceptorMeter.CONNECTIONS.tagValues()).contains("reset_before_greeting", "completed");
        assertThat(AcceptorMeter.REJECTIONS.tagValues()).contains("max_connections");
    }

    @Test
    void outcomesTheBooksDoNotMentionAreZero() {
        metrics.bindTo(registry);

        assertThat(counter("acceptor.connections", "outcome", "cut")).isZero();
        assertThat(counter("acceptor.rejections", "reason", "rate")).isZero();
        assertThat(counter("acceptor.accept.errors", "reason", "fatal")).isZero();
    }

    @Test
    void whatIsUnknownIsNaN() {
        metrics.bindTo(registry);

        assertThat(gauge("acceptor.queue.depth")).isNaN();
        assertThat(gauge("acceptor.queue.limit")).isNaN();
        assertThat(gauge("acceptor.queue.depth.peak")).isNaN();
        assertThat(gauge("acceptor.queue.ghosts")).isNaN();
        assertThat(gauge("acceptor.queue.oldest")).isNaN();
        assertThat(gauge("acceptor.loop.busy")).isNaN();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void queueGaugesShowDepthLimitAndPeak() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, 5, loopback);
                Socket first = new Socket(loopback, listener.getLocalPort());
                Socket second = new Socket(loopback, listener.getLocalPort())) {
            source.queue = AcceptQueue.of((InetSocketAddress) listener.getLocalSocketAddress(), 5, 1);
            source.queue.atLeast(9);
            metrics.bindTo(registry);

            Awaitility.await().until(() -> source.queue.reading().depth() == 2);

            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertThat(gauge("acceptor.queue.depth")).isEqualTo(2);
            assertThat(gauge("acceptor.queue.limit")).isEqualTo(5);
            assertThat(gauge("acceptor.queue.depth.peak")).isEqualTo(9);
            assertThat(gauge("acceptor.queue.ghosts"))
                    .as("nobody has sampled yet")
                    .isNaN();
            // a look that sees others of the namespace come and go is not exact, and the sampler looks again
            Awaitility.await().untilAsserted(() -> {
                AcceptQueue.sample(List.of(source.queue));
                assertThat(gauge("acceptor.queue.ghosts")).isZero();
            });
        }
    }

    @Test
    void listenCountersCountFromWhenTheBinderWasMade() {
        listen = new ListenCounters(71, 83);
        metrics.bindTo(registry);
        assertThat(counter("acceptor.listen.overflows")).isEqualTo(1);
        assertThat(counter("acceptor.listen.drops")).isEqualTo(3);

        listen = new ListenCounters(75, 90);

        assertThat(counter("acceptor.listen.overflows")).isEqualTo(5);
        assertThat(counter("acceptor.listen.drops")).isEqualTo(10);
    }

    @Test
    void listenCountersNeitherFallNorTurnNaN() {
        metrics.bindTo(registry);
        listen = new ListenCounters(75, 90);
        scrape();

        listen = UNKNOWN;
        assertThat(counter("acceptor.listen.overflows")).isEqualTo(5);
        assertThat(counter("acceptor.listen.drops")).isEqualTo(10);

        listen = new ListenCounters(76, 90);
        assertThat(counter("acceptor.listen.overflows")).isEqualTo(6);
        assertThat(counter("acceptor.listen.drops")).isEqualTo(10);

        listen = new ListenCounters(1, 0);
        assertThat(counter("acceptor.listen.overflows")).isEqualTo(6);
        listen = new ListenCounters(3, 0);
        assertThat(counter("acceptor.listen.overflows")).isEqualTo(8);
        assertThat(counter("acceptor.listen.drops")).isEqualTo(10);
    }

    @Test
    void listenCountersThatAreUnknownAreLeftOut() {
        listen = UNKNOWN;
        AcceptorMetrics unknowing = new AcceptorMetrics(source, clock::get, () -> listen);
        SimpleMeterRegistry later = new SimpleMeterRegistry();

        unknowing.bindTo(registry);
        listen = new ListenCounters(75, Double.NaN);
        unknowing.bindTo(later);
        listen = new ListenCounters(76, 90);

        assertThat(registry.find("acceptor.listen.overflows").meter()).isNull();
        assertThat(registry.find("acceptor.listen.drops").meter()).isNull();
        assertThat(later.get("acceptor.listen.overflows").functionCounter().count())
                .isEqualTo(1);
        assertThat(later.find("acceptor.listen.drops").meter()).isNull();
        assertThat(counter("acceptor.accepted")).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void listenCountersAreThoseOfTheKernel() {
        new AcceptorMetrics(source).bindTo(registry);

        assertThat(counter("acceptor.listen.overflows")).isNotNegative();
        assertThat(counter("acceptor.listen.drops")).isNotNegative();
    }

    @Test
    void timersRecordEachTheirOwnTimes() {
        metrics.bindTo(registry);

        metrics.recordGreeting(1_500);
        metrics.recordGreeting(500);
        metrics.recordHandoff(TimeUnit.MILLISECONDS.toNanos(3));
        metrics.recordQueueWait(TimeUnit.MILLISECONDS.toNanos(5));

        Timer greeting =
                registry.get("acceptor.greeting").tag("listener", "imap").timer();
        Timer handoff = registry.get("acceptor.handoff").tag("listener", "imap").timer();
        assertThat(greeting.count()).isEqualTo(2);
        assertThat(greeting.totalTime(TimeUnit.NANOSECONDS)).isEqualTo(2_000);
        assertThat(greeting.max(TimeUnit.NANOSECONDS)).isEqualTo(1_500);
        assertThat(handoff.count()).isEqualTo(1);
        assertThat(handoff.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(3);
        assertThat(registry.get("acceptor.queue.wait").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(5);
    }

    @Test
    void negativeTimesCountAsZero() {
        metrics.bindTo(registry);

        metrics.recordGreeting(-1);

        Timer greeting = registry.get("acceptor.greeting").timer();
        assertThat(greeting.count()).isEqualTo(1);
        assertThat(greeting.totalTime(TimeUnit.NANOSECONDS)).isZero();
    }

    @Test
    void oneScrapeTakesOneSnapshotAndTheNextScrapeANewOne() {
        metrics.bindTo(registry);
        source.accepted = 1;
        scrape();
        assertThat(source.snapshots).isEqualTo(1);

        source.accepted = 2;
        clock.addAndGet(RecentStats.MAX_AGE_NANOS - 1);
        assertThat(counter("acceptor.accepted")).isEqualTo(1);
        clock.addAndGet(1);
        scrape();

        assertThat(counter("acceptor.accepted")).isEqualTo(2);
        assertThat(source.snapshots).isEqualTo(2);
    }

    @Test
    void snapshotsAgeAlikeWhenTheNanoClockWrapsRound() {
        clock.set(Long.MAX_VALUE - RecentStats.MAX_AGE_NANOS / 2);
        metrics.bindTo(registry);
        scrape();

        clock.addAndGet(1);
        scrape();
        assertThat(source.snapshots).isEqualTo(1);

        clock.addAndGet(RecentStats.MAX_AGE_NANOS);
        scrape();
        assertThat(source.snapshots).isEqualTo(2);
    }

    @Test
    void aScrapeThatOvertakesAnotherIsNotFollowedByOlderNumbers() throws Exception {
        AtomicLong count = new AtomicLong();
        AtomicReference<Thread> overtaking = new AtomicReference<>();
        RecentStats stats = new RecentStats(
                () -> {
                    long accepted = count.incrementAndGet();
                    if (accepted == 1) {
                        Awaitility.await().until(() -> hasPassedOrIsBlocked(overtaking.get()));
                    }
                    return new AcceptorStats(accepted, 0, Map.of(), Map.of(), Map.of(), 0, 0);
                },
                clock::get);
        FutureTask<Long> second = new FutureTask<>(() -> stats.get().accepted());
        overtaking.set(new Thread(second));
        FutureTask<Long> first = new FutureTask<>(() -> stats.get().accepted());
        new Thread(first).start();
        Awaitility.await().until(() -> count.get() == 1);
        overtaking.get().start();

        first.get();

        assertThat(stats.get().accepted()).isGreaterThanOrEqualTo(second.get());
    }

    @Test
    void aCounterThatSomebodyKeptDoesNotFallBackWhenTheAcceptorCloses() {
        source.accepted = 5;
        metrics.bindTo(registry);
        FunctionCounter kept = registry.get("acceptor.accepted").functionCounter();

        metrics.close();

        assertThat(kept.count()).isEqualTo(5);
    }

    /** A number of its own for everything. */
    private void fillTheBooks() {
        long next = 10;
        for (Outcome outcome : Outcome.values()) {
            source.outcomes.put(outcome, next++);
        }
        for (RejectReason reason : RejectReason.values()) {
            source.rejections.put(reason, next++);
        }
        source.accepted = 1_000;
        source.pending = 7;
        source.acceptErrors.put("exhausted", 51L);
        source.acceptErrors.put("transient", 52L);
        source.acceptErrors.put("fatal", 53L);
        source.stalls = 54;
        source.eventsDropped = 55;
        source.loopBusy = 0.25;
    }

    private static boolean hasPassedOrIsBlocked(Thread thread) {
        return thread.getState() == Thread.State.TERMINATED || thread.getState() == Thread.State.BLOCKED;
    }

    private void scrape() {
        registry.getMeters().forEach(meter -> meter.measure().forEach(measurement -> measurement.getValue()));
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
