package io.acceptor.bench.peers;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The books of a server under test. Null for what it cannot tell.
 *
 * @param accepted connections it has taken from the kernel
 * @param outcomes how many ended in which way, in the server's own words
 * @param active connections it has open now
 */
public record ServerCounts(
        @Nullable Long accepted,
        @Nullable Map<String, Long> outcomes,
        @Nullable Long active) {}
