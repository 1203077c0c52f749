package io.acceptor.queue;

/**
 * What one scan finds of one listening address. Used by one thread.
 */
final class Tally {

    /*
     * A listener on 0.0.0.0 is in the IPv4 table. But what Java calls 0.0.0.0 is mostly a dual-stack listener on ::, which is
     * in the IPv6 table, where a stranger's IPv6-only listener on :: looks the same. So rows of :: are kept apart and count
     * for 0.0.0.0 only if no row is exactly that: the kernel lets both stand side by side only if :: is IPv6-only.
     */
    private final ListenAddress address;
    private final boolean v4Wildcard;
    private int rows;
    private long depth;
    private int dualRows;
    private long dualDepth;
    private boolean settled;

    Tally(ListenAddress address) {
        this.address = address;
        this.v4Wildcard = address.isV4Wildcard();
    }

    /** Counts a listener's row if it is one of ours. */
    void count(ProcRow row) {
        if (settled || row.port() != address.port()) {
            return;
        }
        if (row.low() == address.low() && row.high() == address.high()) {
            rows++;
            depth += row.depth();
        } else if (v4Wildcard && row.low() == 0 && row.high() == 0) {
            dualRows++;
            dualDepth += row.depth();
        }
    }

    /** Ends the IPv6 table: an address found there is not looked for in the other one. */
    void settle() {
        settled = rows > 0 || !address.isV4();
    }

    boolean settled() {
        return settled;
    }

    /** Drops what was counted since {@link #settle}: the table cannot be trusted. */
    void forget() {
        if (!settled) {
            rows = 0;
            depth = 0;
            dualRows = 0;
            dualDepth = 0;
        }
    }

    /** How many listeners were found; 0 means that the depth is unknown. */
    int listeners() {
        return rows > 0 ? rows : dualRows;
    }

    long depth() {
        return rows > 0 ? depth : dualDepth;
    }
}
