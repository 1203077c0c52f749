package io.acceptor;

import org.jspecify.annotations.Nullable;

/**
 * Connections that wait for the same length of time, in the order of their deadlines: adding, removing and looking at the
 * next one cost the same however many there are. Confined to a loop; a connection is in one such list at a time.
 */
final class Deadlines {
    static final long NEVER = Long.MAX_VALUE;

    private final long nanos;
    private @Nullable NioConnection first;
    private @Nullable NioConnection last;
    private int size;

    Deadlines(long nanos) {
        this.nanos = nanos;
    }

    void add(NioConnection connection, long now) {
        connection.leaveDeadlines();
        connection.deadlines = this;
        connection.deadline = now + nanos;
        connection.previous = last;
        if (last == null) {
            first = connection;
        } else {
            last.next = connection;
        }
        last = connection;
        size++;
    }

    void remove(NioConnection connection) {
        NioConnection before = connection.previous;
        NioConnection after = connection.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        connection.previous = null;
        connection.next = null;
        connection.deadlines = null;
        size--;
    }

    /** Takes the next one out whose time has come, or gives null. */
    @Nullable
    NioConnection pollExpired(long now) {
        NioConnection connection = first;
        if (connection == null || now - connection.deadline < 0) {
            return null;
        }
        remove(connection);
        return connection;
    }

    /** Takes the first one out, whatever its deadline, or gives null. */
    @Nullable
    NioConnection poll() {
        NioConnection connection = first;
        if (connection != null) {
            remove(connection);
        }
        return connection;
    }

    /** The first one, which waits longest; null if there is none. */
    @Nullable
    NioConnection first() {
        return first;
    }

    /** Nanoseconds until the next deadline, zero or less if it has passed; NEVER if there is none. */
    long untilNext(long now) {
        return first == null ? NEVER : first.deadline - now;
    }

    int size() {
        return size;
    }

    /** Takes out those that somebody else has claimed meanwhile. */
    void dropClaimed() {
        for (NioConnection each = first; each != null; ) {
            NioConnection next = each.next;
            if (!each.isOffered()) {
                remove(each);
            }
            each = next;
        }
    }
}
