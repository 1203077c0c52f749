package io.acceptor;

import java.util.List;

/**
 * Whether an acceptor does its work, for a health endpoint. Immutable.
 *
 * @param live false when it cannot recover without a restart or somebody's help: closed, its loop gone, or stalled
 * @param ready whether new clients should be sent here: live, not draining, not out of descriptors
 * @param reasons why not, in words; empty when ready
 */
public record AcceptorHealth(boolean live, boolean ready, List<String> reasons) {

    /** Copies the reasons. */
    public AcceptorHealth {
        reasons = List.copyOf(reasons);
    }
}
