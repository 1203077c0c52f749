package io.acceptor.bench.victims;

/** Told of each client that has ended. Called by many threads. */
@FunctionalInterface
public interface ClientObserver {
    ClientObserver NONE = (end, nanos) -> {};

    /**
     * A client has ended.
     *
     * @param end how
     * @param nanos since the moment when it was due
     */
    void ended(ClientEnd end, long nanos);
}
