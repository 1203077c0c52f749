package io.acceptor.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** For tests that run on every transport. */
final class Transports {
    private Transports() {}

    /** Skips the calling test, and says why, where the kernel or a sandbox forbids a transport. */
    static void assumeAvailable(NettyTransport transport) {
        assumeTrue(transport.isAvailable(), () -> "no " + transport + ": " + transport.unavailability());
    }
}
