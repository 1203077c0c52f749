package io.acceptor.metrics;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.acceptor.queue.AcceptQueue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** An engine's numbers, as a test sets them. */
final class FakeSource implements AcceptorMetrics.Source {
    final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    final Map<RejectReason, Long> rejections = new EnumMap<>(RejectReason.class);
    final Map<String, Long> acceptErrors = new HashMap<>();
    long accepted;
    long pending;
    long stalls;
    long eventsDropped;
    double loopBusy = Double.NaN;
    int snapshots;
    AcceptQueue queue = AcceptQueue.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000), 128, 1);

    private final String name;

    FakeSource(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AcceptorStats stats() {
        snapshots++;
        return new AcceptorStats(accepted, pending, outcomes, rejections, acceptErrors, stalls, eventsDropped);
    }

    @Override
    public AcceptQueue queue() {
        return queue;
    }

    @Override
    public double loopBusy() {
        return loopBusy;
    }
}
