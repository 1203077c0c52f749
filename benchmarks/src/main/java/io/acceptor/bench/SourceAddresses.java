package io.acceptor.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Local addresses for clients, 127.0.1.1 to 127.0.1.250 in turn: each has ephemeral ports and TIME_WAITs of its own.
 *
 * <p>Thread-safe.
 */
final class SourceAddresses {
    private static final int COUNT = 250;

    private final InetSocketAddress[] addresses = new InetSocketAddress[COUNT];
    private final AtomicInteger next = new AtomicInteger();

    SourceAddresses() {
        for (int i = 0; i < COUNT; i++) {
            addresses[i] = new InetSocketAddress(loopback(i + 1), 0);
        }
    }

    /** The next one, with port 0 (any). */
    InetSocketAddress next() {
        return addresses[Integer.remainderUnsigned(next.getAndIncrement(), COUNT)];
    }

    private static InetAddress loopback(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }
}
