package io.acceptor.bench.measure;

import io.acceptor.queue.AcceptQueue;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a server from outside, so that looking costs it nothing. NaN for what cannot.
 *
 * @param queueDepth connections in its accept queue
 * @param openFds its descriptors
 * @param threads its threads
 */
public record Vitals(double queueDepth, double openFds, double threads) {
    private static final int BACKLOG_UNKNOWN = 0;

    /** Of a server that may be any process, or not on this machine. */
    public static Supplier<Vitals> of(InetSocketAddress address) {
        if (!address.getAddress().isLoopbackAddress()) {
            return () -> new Vitals(Double.NaN, Double.NaN, Double.NaN);
        }
        AcceptQueue queue = AcceptQueue.of(address, BACKLOG_UNKNOWN, 1);
        return () -> new Vitals(queue.reading().depth(), Double.NaN, Double.NaN);
    }

    /** Of a process of this user. */
    public static Supplier<Vitals> of(InetSocketAddress address, long pid) {
        AcceptQueue queue = AcceptQueue.of(address, BACKLOG_UNKNOWN, 1);
        return () -> {
            ProcessUsage usage = ProcessUsage.of(pid);
            return new Vitals(queue.reading().depth(), number(usage.openFds()), number(usage.threads()));
        };
    }

    private static double number(@Nullable Long count) {
        return count == null ? Double.NaN : count;
    }
}
