package io.acceptor.engine;

import io.acceptor.StallReport;
import io.acceptor.queue.AcceptQueueReading;
import java.time.Duration;
import java.util.List;

/**
 * Finds what does not move any more. Confined to the housekeeper.
 *
 * <p>A stall needs two ticks in a row and, for a loop, clients that wait (an unknown queue counts as waiting: then the
 * loop's phase and age decide alone). A tick that came late itself (garbage collection, SIGSTOP, a debugger) proves nothing
 * and is skipped.
 */
final class Watchdog {
    private final AcceptorContext context;
    private final Watchable watched;
    private int ticks;
    private long stallSince;
    private boolean reported;

    Watchdog(AcceptorContext context, Watchable watched) {
        this.context = context;
        this.watched = watched;
    }

    void tick(long now, boolean late, AcceptQueueReading queue) {
        long since = watched.stuckSince();
        boolean over = since == 0 || now - since < context.settings().timing().stallThresholdNanos();
        if (reported) {
            if (over || since != stallSince) {
                recover(now);
            }
            return;
        }
        if (late) {
            return;
        }
        boolean clientsWait = !watched.needsWaitingClients() || !queue.known() || queue.depth() > 0;
        ticks = over || !clientsWait ? 0 : ticks + 1;
        if (ticks >= 2) {
            report(now, since);
        }
    }

    private void report(long now, long since) {
        reported = true;
        stallSince = since;
        watched.stalled(true);
        context.books().stalled();
        Thread thread = watched.thread();
        context.events()
                .stalled(new StallReport(
                        context.settings().name(),
                        thread == null ? "" : thread.getName(),
                        watched.phase(),
                        Duration.ofNanos(now - since),
                        context.queue().glance(),
                        thread == null ? List.of() : List.of(thread.getStackTrace())));
    }

    private void recover(long now) {
        reported = false;
        ticks = 0;
        watched.stalled(false);
        context.events().stallEnded(Duration.ofNanos(now - stallSince));
    }
}
