package io.acceptor.netty;

/** What a look at a connection that has not been greeted yet found. */
enum Sight {
    /** Reset by its client. */
    DEAD,
    /** The client has said that it is done, and nothing else. */
    LEAVING,
    /** Anything else. */
    PRESENT
}
