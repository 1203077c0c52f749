package io.acceptor.bench.peers;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * What a server under test is told.
 *
 * @param address where to listen; port 0 is any free one
 * @param backlog the length asked for the kernel's accept queue
 * @param greeting what it says to each client
 * @param workers how many threads serve clients; empty for what the server does by itself
 */
public record ServerConfig(InetSocketAddress address, int backlog, String greeting, OptionalInt workers) {

    /**
     * The greeting as it goes over the wire.
     *
     * @return a new array, UTF-8
     */
    public byte[] greetingBytes() {
        return greeting.getBytes(StandardCharsets.UTF_8);
    }
}
