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

    private static final class Stuck implements Watchable {
        private long since = STUCK_SINCE;
        private boolean stalled;

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
            return null;
        }

        @Override
        public boolean needsWaitingClients() {
            return true;
        }

        @Override
        public void stalled(boolean isStalled) {
            stalled = isStalled;
        }
    }

    @Test
    void takesTwoTicks() {
        watchdog.tick(OVER, IN_TIME, ONE_WAITS);
        assertThat(stuck.stalled).isFalse();
        watchdog.tick(OVER + 1, IN_TIME, ONE_WAITS);
        assertThat(stuck.stalled).isTrue();
        assertThat(context.stats().stalls()).isEqualTo(1);
    }

    @Test
    void theTwoMustFollowEachOther() {
        watchdog.tick(OVER, IN_TIME, ONE_WAITS);
        watchdog.tick(OVER + 1, IN_TIME, EMPTY);
        watchdog.tick(OVER + 2, IN_TIME, ONE_WAITS);
        assertThat(stuck.stalled).isFalse();
    }

    @Test
    void aTickThatCameLateProvesNothing() {
        for (int i = 0; i < 10; i++) {
            watchdog.tick(OVER + i, LATE, ONE_WAITS);
        }
        assertThat(stuck.stalled).isFalse();
    }

    @Test
    void beforeTheThresholdNothingIsAStall() {
        for (int i = 0; i < 10; i++) {
            watchdog.tick(OVER - 1, IN_TIME, ONE_WAITS);
        }
        assertThat(stuck.stalled).isFalse();
    }

    @Test
    void anUnknownQueueCountsAsOneThatHoldsClients() {
        watchdog.tick(OVER, IN_TIME, AcceptQueueReading.UNKNOWN);
        watchdog.tick(OVER + 1, IN_TIME, AcceptQueueReading.UNKNOWN);
        assertThat(stuck.stalled).isTrue();
    }

    @Test
    void itIsReportedOnceAndOverWhenItMoves() {
        for (int i = 0; i < 10; i++) {
            watchdog.tick(OVER + i, IN_TIME, ONE_WAITS);
        }
        assertThat(context.stats().stalls()).isEqualTo(1);
        stuck.since = 0;
        watchdog.tick(OVER + 10, LATE, ONE_WAITS);
        assertThat(stuck.stalled).isFalse();
    }
}
