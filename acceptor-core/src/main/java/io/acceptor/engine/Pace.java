package io.acceptor.engine;

/**
 * How many connections a turn of the loop accepts. Confined to its loop.
 *
 * <p>An accept that finds nothing is not free: the kernel makes a file and a socket before it looks into the queue
 * ({@code do_accept} in {@code net/socket.c}), which costs about as much as finding somebody. The selector tells as well whether
 * more are waiting, and the loop asks it anyway.
 */
public final class Pace {
    /** Connections in a row before others get their turn; at 10 microseconds each that is well under a millisecond. */
    public static final int MOST = 64;
    /** Turns that were not enough before more is tried, which may be in vain. */
    private static final int PATIENCE = 8;

    private int connections = 1;
    private int fullTurns;

    /** How many to accept in this turn: 1 at first, at most {@link #MOST}. */
    public int connections() {
        return connections;
    }

    /** All of them were there. */
    public void full() {
        fullTurns++;
        if (fullTurns == PATIENCE) {
            fullTurns = 0;
            connections = Math.min(2 * connections, MOST);
        }
    }

    /**
     * There were fewer.
     *
     * @param found how many
     */
    public void emptied(int found) {
        fullTurns = 0;
        connections = Math.max(1, found);
    }
}
