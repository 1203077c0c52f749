package io.acceptor;

/** Where admitted and greeted connections go. Called by loops; must not block. */
interface Recipient {

    /**
     * Offers a connection. It may be claimed from now on, by any thread but the loop's.
     *
     * @throws java.util.concurrent.RejectedExecutionException if there is no room
     */
    void offer(NioConnection connection);

    /** A connection that was offered cannot be claimed any more: it died or its time is over. */
    void forget(NioConnection connection);

    /** How many may be offered and not claimed at once. */
    int maxPending();

    /** How long an offer stands, in nanoseconds. */
    long offerNanos();
}
