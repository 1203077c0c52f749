package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.AcceptQueueReading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts as a stall, with a clock of the test's own. */
class WatchdogTest {
    private static final Duration THRESHOLD = Duration.ofMillis(100);
    private static final long STUCK_SINCE = 1;
    private static final long OVER = STUCK_SINCE + THRESHOLD.toNanos();
    private static final boolean IN_TIME = false;
    private static final boolean LATE = true;
    private static final AcceptQueueReading EMPTY = new AcceptQueueReading(0, 128);
    private static final AcceptQueueReading ONE_WAITS = new AcceptQueueReading(1, 128);

    private final AcceptorContext context = new AcceptorContext(
            Settings.Draft.withDefaults().freeze("watched", THRESHOLD),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
            128,
            1);
    private final Stuck stuck = new Stuck();
    private final Watchdog watchdog = new Watchdog(context, stuck);
    private long now = STUCK_SINCE;

    private static final class Stuck implements Watchable {
        private long since = STUCK_SINCE;
        private long processor = SchedulerState.NOT_RUNNABLE;
        private @Nullable String how;

        @Override
        public long stuckSince() {
            return since;
        }

        @Override
        public String phase() {
            return "stuck";
        }

        @Override
        public @Nullable Thread thread() {
            return Thread.currentThread();
        }

        @Override
        public long runnableNanos() {
            return processor;
        }

        @Override
        public boolean needsWaitingClients() {
            return true;
        }

        @Override
        public void stuck(@Nullable String isHow) {
            how = isHow;
        }
    }

    @Test
    void takesTwoTicks() {
        watchdog.tick(OVER, IN_TIME, ONE_WAITS);
        assertThat(stuck.how).isNull();
        watchdog.tick(OVER + 1, IN_TIME, ONE_WAITS);
        assertThat(stuck.how).isEqualTo("blocked");
        assertThat(context.stats().stalls()).isEqualTo(1);
    }

    @Test
    void theTwoMustFollowEachOther() {
        watchdog.tick(OVER, IN_TIME, ONE_WAITS);
        watchdog.tick(OVER + 1, IN_TIME, EMPTY);
        watchdog.tick(OVER + 2, IN_TIME, ONE_WAITS);
        assertThat(stuck.how).isNull();
    }

    @Test
    void aTickThatCameLateProvesNothing() {
        for (int i = 0; i < 10; i++) {
            watchdog.tick(OVER + i, LATE, ONE_WAITS);
        }
        assertThat(stuck.how).isNull();
    }

    @Test
    void beforeTheThresholdNothingIsAStall() {
        for (int i = 0; i < 10; i++) {
            watchdog.tick(OVER - 1, IN_TIME, ONE_WAITS);
        }
        assertThat(stuck.how).isNull();
    }

    @Test
    void anUnknownQueueCountsAsOneThatHoldsClients() {
        watchdog.tick(OVER, IN_TIME, AcceptQueueReading.UNKNOWN);
        watchdog.tick(OVER + 1, IN_TIME, AcceptQueueReading.UNKNOWN);
        assertThat(stuck.how).isEqualTo("blocked");
    }

    @Test
    void itIsReportedOnceAndOverWhenItMoves() {
        for (int i = 0; i < 10; i++) {
            watchdog.tick(OVER + i, IN_TIME, ONE_WAITS);
        }
        assertThat(context.stats().stalls()).isEqualTo(1);
        stuck.since = 0;
        watchdog.tick(OVER + 10, LATE, ONE_WAITS);
        assertThat(stuck.how).isNull();
    }

    /** Ticks as the housekeeper does, for so many thresholds more; of each period it had a part of a processor. */
    private void runnable(int thresholds, double share) {
        stuck.processor = Math.max(0, stuck.processor);
        for (long end = now + thresholds * THRESHOLD.toNanos(); now < end; now += Housekeeper.PERIOD_NANOS) {
            watchdog.tick(now, IN_TIME, ONE_WAITS);
            stuck.processor += (long) (share * Housekeeper.PERIOD_NANOS);
        }
    }

    @Test
    void whoWantsAProcessorAndGetsNoneIsStarvedAndNotStalled() {
        runnable(100, 0);
        assertThat(stuck.how).isEqualTo("starved");
        assertThat(context.stats().stalls()).isZero();
        stuck.since = 0;
        watchdog.tick(now, IN_TIME, ONE_WAITS);
        assertThat(stuck.how).isNull();
    }

    @Test
    void whoGetsLittleIsStalledOnceThatAloneIsOverTheThreshold() {
        runnable(5, 0.1);
        assertThat(stuck.how).isEqualTo("starved");
        runnable(20, 0.1);
        assertThat(stuck.how).isEqualTo("computing");
        assertThat(context.stats().stalls()).isEqualTo(1);
    }

    @Test
    void whoComputesIsStalled() {
        runnable(3, 1);
        assertThat(stuck.how).isEqualTo("computing");
        assertThat(context.stats().stalls()).isEqualTo(1);
    }

    @Test
    void whoIsHeldAfterItWasStarvedIsStalledOnceItWasHeldForTheThreshold() {
        runnable(10, 0);
        stuck.processor = SchedulerState.NOT_RUNNABLE;
        watchdog.tick(now, IN_TIME, ONE_WAITS);
        assertThat(stuck.how).isEqualTo("starved");
        watchdog.tick(now + THRESHOLD.toNanos(), IN_TIME, ONE_WAITS);
        assertThat(stuck.how).isEqualTo("blocked");
        assertThat(context.stats().stalls()).isEqualTo(1);
    }

    @Test
    void theNextTurnBeginsWithNothingHeld() {
        watchdog.tick(OVER - 1, IN_TIME, ONE_WAITS);
        stuck.since = OVER;
        stuck.processor = 0;
        for (int i = 0; i < 10; i++) {
            watchdog.tick(2 * OVER + i, IN_TIME, ONE_WAITS);
        }
        assertThat(stuck.how).isEqualTo("starved");
    }
}
