package io.acceptor;

import io.acceptor.queue.AcceptQueueInspection;
import java.util.List;

/**
 * Whether an acceptor does its work, for a health endpoint. Immutable.
 *
 * @param live false when it cannot recover without a restart or somebody's help: closed, its loop gone, or stalled
 * @param ready whether new clients should be sent here: live, not draining, not out of descriptors or workers
 * @param reasons why not, in words; empty when ready
 * @param queue what the kernel's accept queue held
 */
public record AcceptorHealth(boolean live, boolean ready, List<String> reasons, AcceptQueueInspection queue) {

    /** Copies the reasons. */
    public AcceptorHealth {
        reasons = List.copyOf(reasons);
    }
}
