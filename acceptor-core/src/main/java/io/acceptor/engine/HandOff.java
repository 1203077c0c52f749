package io.acceptor.engine;

/** When an admitted and greeted connection goes to a worker. */
public enum HandOff {
    /** With the client's first byte; a client that stays silent is ended at a deadline. */
    ON_FIRST_BYTE,
    /** After a short while in which probes leave, or with the first byte. */
    SETTLED,
    /** As soon as it is greeted. */
    AT_ONCE
}
