package io.acceptor.examples.incident;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Probes as fast as they can be sent, from when it is made until it is closed. */
final class Flood implements AutoCloseable {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final long start = System.nanoTime();
    private final Background probing;
    private Duration took = Duration.ZERO;

    Flood(InetSocketAddress target, int threadCount) {
        Probe probe = Probe.of(target);
        probing = new Background("flood", threadCount, () -> (probe.send() ? sent : failed).incrementAndGet());
    }

    @Override
    public void close() {
        probing.close();
        took = Duration.ofNanos(System.nanoTime() - start);
    }

    /** Once closed. */
    Result result() {
        return new Result(sent.get(), failed.get(), took);
    }

    /**
     * What was sent.
     *
     * @param sent probes whose handshake came about
     * @param failed probes without a handshake within a second
     * @param took from the first to the last
     */
    record Result(long sent, long failed, Duration took) {
        double perSecond() {
            return sent * 1e9 / took.toNanos();
        }
    }
}
