package io.acceptor.examples.incident;

import io.acceptor.queue.AcceptQueueReading;

/** The table of act 2: what ss and netstat would show after each probe. */
final class QueueTable {
    private static final String ROW = "%7s %7s %8s %8s %9s   %-26s  %s";
    private static final int CONNECTIONS_A_MARK = 2;

    private final Page page;

    QueueTable(Page page) {
        this.page = page;
    }

    void head() {
        page.gap();
        page.line(ROW, "", "", "ss", "ss", "netstat", "", "");
        page.line(ROW, "seconds", "probes", "Recv-Q", "Send-Q", "lists", "Recv-Q, two a mark", "");
        page.line(ROW, "-".repeat(7), "-".repeat(7), "-".repeat(8), "-".repeat(8), "-".repeat(9), "-".repeat(26), "");
    }

    void row(double seconds, long probes, AcceptQueueReading queue, long listed, String remark) {
        String bar = "#".repeat((int) Math.ceil(queue.depth() / CONNECTIONS_A_MARK));
        page.line(
                ROW,
                Page.format("%.1f", seconds),
                probes,
                Page.format("%.0f", queue.depth()),
                Page.format("%.0f", queue.limit()),
                listed,
                bar,
                remark);
    }
}
