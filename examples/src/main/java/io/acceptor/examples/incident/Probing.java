package io.acceptor.examples.incident;

import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueReading;
import java.io.IOException;
import java.time.Duration;

/** A load balancer that probes one server at its own pace, and what the kernel's tables say after each probe. */
final class Probing {
    /** What ss showed in the report's first picture. */
    private static final int DEPTH_OF_THE_STORY = 39;

    private static final int TABLE_STEP = 5;
    private static final int FIRST_ROWS = 3;
    private static final int IDLE_STEP = 20;

    private final Probe probe;
    private final int port;
    private final AcceptQueue queue;
    private final Duration every;
    private final QueueTable table;
    private final long start = System.nanoTime();
    private long next = start;
    private AcceptQueueReading reading;
    private long sent;
    private long failed;
    private long printed = -1;

    Probing(Endpoint endpoint, Duration every, QueueTable table) {
        this.probe = Probe.of(endpoint.target());
        this.port = endpoint.port();
        this.queue = endpoint.queue();
        this.every = every;
        this.table = table;
        this.reading = queue.reading();
        table.head();
    }

    long sent() {
        return sent;
    }

    AcceptQueueReading reading() {
        return reading;
    }

    /** Probes until the queue holds that many, a probe finds no room, or time is up; true in the first case. */
    boolean untilDepth(double depth, Duration within) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        next = System.nanoTime();
        while (reading.depth() < depth && failed == 0 && System.nanoTime() < deadline) {
            step();
        }
        return reading.depth() >= depth;
    }

    /** One probe, then the rest of the interval, then a look: by then a living loop has taken it. */
    private void step() throws IOException, InterruptedException {
        if (probe.send()) {
            sent++;
        } else {
            failed++;
        }
        next += every.toNanos();
        Thread.sleep(Math.max(0, next - System.nanoTime()) / 1_000_000);
        double before = reading.depth();
        reading = queue.reading();
        String remark = remark(before);
        if (!remark.isEmpty() || sent <= FIRST_ROWS || isStep()) {
            print(remark);
        }
    }

    /** A row as things stand now, for something else that happened. */
    void row(String remark) throws IOException {
        reading = queue.reading();
        print(remark);
    }

    private void print(String remark) throws IOException {
        printed = (long) reading.depth();
        table.row((System.nanoTime() - start) / 1e9, sent, reading, Netstat.connectionsOf(port), remark);
    }

    /** A row for every five in the queue; and one now and then while none is. */
    private boolean isStep() {
        double depth = reading.depth();
        return depth == 0 ? sent % IDLE_STEP == 0 : depth != printed && depth % TABLE_STEP == 0;
    }

    private String remark(double before) {
        double depth = reading.depth();
        if (depth == before) {
            return sent <= FIRST_ROWS ? "taken" : "";
        }
        if (before == 0) {
            return "not taken any more";
        }
        if (depth == DEPTH_OF_THE_STORY) {
            return "39, as in the report";
        }
        if (depth == reading.limit()) {
            return "room for one more";
        }
        return reading.full() ? "full" : "";
    }
}
