package io.acceptor;

/** Where admitted and greeted connections go. Called by loops; must not block. */
interface Recipient {

    /**
     * Offers a connection. It may be claimed from now on, by any thread but the loop's.
     *
     * @throws java.util.concurrent.RejectedExecutionException if there is no room
     */
    void offer(NioConnection connection);

    /** Told when a connection that was offered while it was silent has sent its first byte. */
    void spoke(NioConnection connection);

    /** A connection that was offered cannot be claimed any more: it died or its time is over. */
    void forget(NioConnection connection);

    /**
     * Whether a live connection waits for a worker that is not there. With the default pool: one waits and no thread is idle nor
     * may another be started, or an offer has stood for 100 ms. With a user's executor: an offer has stood for 100 ms. With virtual
     * threads of ours, and with a drop-in socket: never. Any thread.
     */
    boolean clientsWait();

    /**
     * Reminds the executor while connections wait: a task it has lost is sent again. Calls the executor. Loops.
     *
     * @return when to remind again, in nanoseconds from now; {@link Long#MAX_VALUE} if there is nothing to remind of
     */
    default long remind() {
        return Long.MAX_VALUE;
    }

    /** Runs what may wake a worker; elsewhere, if to wake one may start a thread. Must not block. Loops. */
    default void wake(Runnable wakesWorker) {
        wakesWorker.run();
    }

    /** How many may be offered and not claimed at once. */
    int maxPending();

    /** How long an offer stands, in nanoseconds. */
    long offerNanos();
}
