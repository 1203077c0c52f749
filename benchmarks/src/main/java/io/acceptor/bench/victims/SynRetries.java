package io.acceptor.bench.victims;

import java.util.concurrent.TimeUnit;

/**
 * How often the kernel must have sent a client's SYN again, told by how long connecting took. Linux sends it again after
 * about 1, 3 and 7 s (TCP_TIMEOUT_INIT of include/net/tcp.h, doubled each time).
 */
public enum SynRetries {
    NONE(0),
    ABOUT_1_S(900),
    ABOUT_3_S(2_500),
    ABOUT_7_S(6_000);

    private final long fromNanos;

    SynRetries(long fromMillis) {
        this.fromNanos = TimeUnit.MILLISECONDS.toNanos(fromMillis);
    }

    /** For a client that took so long to connect. */
    static SynRetries of(long connectNanos) {
        SynRetries found = NONE;
        for (SynRetries each : values()) {
            found = connectNanos >= each.fromNanos ? each : found;
        }
        return found;
    }
}
