package io.acceptor.bench.jmh;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The part of our acceptors that both engines share, without an engine. */
final class Contexts {
    /** Where nobody listens: no queue is read in these benchmarks. */
    static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    private static final Duration STALL_THRESHOLD = Duration.ofSeconds(5);

    private Contexts() {}

    static AcceptorContext of(Settings.Draft draft) {
        return new AcceptorContext(draft.freeze("benchmark", STALL_THRESHOLD), LOCAL, 128, 1);
    }
}
