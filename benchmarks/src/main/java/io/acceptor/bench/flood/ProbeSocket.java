package io.acceptor.bench.flood;

import org.jspecify.annotations.Nullable;

/** The socket of one connect-and-reset probe. */
interface ProbeSocket {
    /**
     * Connects, without waiting. On loopback the kernel answers within the call.
     *
     * @return {@link ProbeEnd#DONE} once connected; null if that is still open
     */
    @Nullable
    ProbeEnd connect();

    /**
     * Looks again.
     *
     * @return as from {@link #connect}
     */
    @Nullable
    ProbeEnd look();

    /** Resets the connection, or gives it up. */
    void reset();
}
