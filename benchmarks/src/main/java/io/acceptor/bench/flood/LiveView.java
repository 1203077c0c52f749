package io.acceptor.bench.flood;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;

/** One line on a terminal that is written over again and again while a flood runs. */
final class LiveView implements Consumer<Sample> {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter terminal;
    private final double seconds;
    private double lastSeconds;
    private long lastVisitors;

    /** For a flood of that length. */
    LiveView(PrintWriter terminal, double seconds) {
        this.terminal = terminal;
        this.seconds = seconds;
    }

    /** Called by one thread after the other. */
    @Override
    public void accept(Sample now) {
        double rate = (now.visitors() - lastVisitors) / Math.max(1e-3, now.seconds() - lastSeconds);
        lastVisitors = now.visitors();
        lastSeconds = now.seconds();
        terminal.printf(
                Locale.ROOT,
                CLEAR_LINE + "%3.0f %%  %,10.0f visitors/s  victims %,d greeted, %,d not, max %.1f ms  queue %.0f",
                Math.min(100, 100 * now.seconds() / seconds),
                rate,
                now.victims().greeted(),
                now.victims().failed(),
                now.victims().maxMillis(),
                now.vitals().queueDepth());
        terminal.flush();
    }

    void clear() {
        terminal.print(CLEAR_LINE);
        terminal.flush();
    }
}
