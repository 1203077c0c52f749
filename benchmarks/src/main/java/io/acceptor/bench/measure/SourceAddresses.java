package io.acceptor.bench.measure;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Local addresses for clients, in turn: 127.0.1.1 to 127.0.1.250, then 127.0.2.1 and so on. Each has ephemeral ports and
 * TIME_WAITs of its own.
 *
 * <p>Thread-safe.
 */
public final class SourceAddresses {
    public static final int MOST = 62_500;
    public static final int DEFAULT = 250;

    private static final int IN_A_BLOCK = 250;

    private final InetSocketAddress[] addresses;
    private final AtomicInteger next = new AtomicInteger();

    private SourceAddresses(InetSocketAddress[] addresses) {
        this.addresses = addresses;
    }

    /** The default number of them. */
    public SourceAddresses() {
        this(loopback(DEFAULT).addresses);
    }

    /** So many addresses of loopback, from 1 to {@link #MOST}. */
    public static SourceAddresses loopback(int count) {
        InetSocketAddress[] addresses = new InetSocketAddress[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = new InetSocketAddress(address(1 + i / IN_A_BLOCK, 1 + i % IN_A_BLOCK), 0);
        }
        return new SourceAddresses(addresses);
    }

    /** Whichever the system picks: for targets that are not on loopback. */
    public static SourceAddresses any() {
        return new SourceAddresses(new InetSocketAddress[] {new InetSocketAddress(0)});
    }

    public int count() {
        return addresses.length;
    }

    /** The next one, with port 0 (any). */
    public InetSocketAddress next() {
        return addresses[Integer.remainderUnsigned(next.getAndIncrement(), addresses.length)];
    }

    private static InetAddress address(int third, int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, (byte) third, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }
}
