package io.acceptor.contract;

/** What a server under test does with a client, on a worker. */
@FunctionalInterface
public interface Behaviour {

    /**
     * Talks to one client.
     *
     * @param talk the connection
     * @throws Exception if the test wants it to fail, or the conversation fails
     */
    void serve(Talk talk) throws Exception;
}
