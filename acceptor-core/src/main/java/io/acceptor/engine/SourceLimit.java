package io.acceptor.engine;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Open connections by source: an IPv4 address, or an IPv6 /64, which is what one host is given (RFC 4291, 2.5.1).
 *
 * <p>Holds an entry only for sources with a connection open, so its memory is bounded by the open connections. Thread-safe.
 */
final class SourceLimit {
    private final int max;
    /** A count is an array of one, changed under the map's lock for its source: giving a place back needs no memory. */
    private final ConcurrentHashMap<Object, int[]> open = new ConcurrentHashMap<>();

    SourceLimit(int max) {
        this.max = max;
    }

    boolean acquire(Ticket ticket) {
        if (max == Limits.UNLIMITED) {
            return true;
        }
        Object source = key(ticket.peer().remoteAddress().getAddress());
        boolean[] granted = new boolean[1];
        open.compute(source, (key, count) -> {
            int[] places = count == null ? new int[1] : count;
            granted[0] = places[0] < max;
            places[0] += granted[0] ? 1 : 0;
            return places;
        });
        if (granted[0]) {
            ticket.source(source);
        }
        return granted[0];
    }

    /** Whether {@link #acquire} would succeed now. */
    boolean hasRoom(Ticket ticket) {
        if (max == Limits.UNLIMITED) {
            return true;
        }
        boolean[] room = {true};
        open.computeIfPresent(key(ticket.peer().remoteAddress().getAddress()), (key, count) -> {
            room[0] = count[0] < max;
            return count;
        });
        return room[0];
    }

    void release(Ticket ticket) {
        Object source = ticket.takeSource();
        if (source != null) {
            open.computeIfPresent(source, (key, count) -> --count[0] == 0 ? null : count);
        }
    }

    int sources() {
        return open.size();
    }

    private static Object key(InetAddress address) {
        return address instanceof Inet4Address ? address : new Network64(Arrays.copyOf(address.getAddress(), 8));
    }

    /** The first 64 bits of an IPv6 address. */
    private static final class Network64 {
        private final byte[] prefix;

        Network64(byte[] prefix) {
            this.prefix = prefix;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Network64 that && Arrays.equals(prefix, that.prefix);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(prefix);
        }
    }
}
