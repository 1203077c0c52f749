package io.acceptor.contract;

import java.io.IOException;

/**
 * An engine, as the contract suite sees it. To run the suite against another engine, implement this and give each of the
 * suite's abstract classes a concrete one.
 */
public interface EngineUnderTest {

    /**
     * Starts a server on a free port of 127.0.0.1.
     *
     * @param spec what it is to do
     * @return the running server, which the caller closes
     * @throws IOException if it cannot be started
     */
    RunningServer start(ServerSpec spec) throws IOException;

    /**
     * On how many threads connections are accepted.
     *
     * @return 1 or more
     */
    int acceptors();

    /**
     * Whether handlers run on an executor, so that a connection can wait for one, and ends after its handler. The contracts that
     * are about nothing else (workers, waiting, executors) are left out by the test class of an engine without one.
     *
     * @return true unless the engine runs them itself
     */
    default boolean hasExecutor() {
        return true;
    }

    /**
     * Whether connections are accepted one at a time, so that a limit that leaves the others in the backlog is kept to exactly.
     *
     * @return true unless the kernel accepts on its own
     */
    default boolean acceptsOneByOne() {
        return true;
    }

    /**
     * Whether the kernel still tells it the address of a client that was reset in the accept queue.
     *
     * @return true unless the engine is told of connections in another way than by accept(2)
     */
    default boolean knowsWhoWasReset() {
        return true;
    }
}
