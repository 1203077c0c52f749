package io.acceptor.netty;

import io.acceptor.engine.LongestSilent;
import java.util.Set;

/**
 * Makes room for a newcomer by closing the channel that has waited longest for its client's first byte, for a second at least. Confined to
 * a loop that accepts; the channels are those of all loops.
 */
final class SilentChannels {
    /** Some may turn out to have spoken just now. */
    private static final int MOST_TRIED = 8;

    private final LongestSilent<NettyConnection> waiting;
    private final boolean makeRoom;

    SilentChannels(Set<NettyConnection> open, boolean makeRoom) {
        this.waiting = new LongestSilent<>(open, NettyConnection::isSilent, NettyConnection::silentSince);
        this.makeRoom = makeRoom;
    }

    /** Whether anybody makes room at all. */
    boolean makesRoom() {
        return makeRoom;
    }

    /** Closes one, at once or soon; its permits are free at once. False if there is none. */
    boolean makeRoom() {
        for (int i = 0; makeRoom && i < MOST_TRIED; i++) {
            NettyConnection longest = waiting.find(System.nanoTime());
            if (longest == null) {
                return false;
            }
            if (longest.endSilence()) {
                longest.makeRoom();
                return true;
            }
        }
        return false;
    }
}
