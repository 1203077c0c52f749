package io.acceptor.bench.victims;

/** What became of a client that wanted to be greeted. */
public enum ClientEnd {
    /** Got the whole greeting, byte for byte. */
    GREETED,
    /** Connection refused: nobody listens. */
    REFUSED,
    /** Not connected in time: the accept queue is full and the kernel drops the SYN. */
    CONNECT_TIMEOUT,
    /** Connected, and never heard a word. */
    SILENCE,
    /** Closed by the server before the first byte. */
    CLOSED_UNGREETED,
    /** Some of the greeting, then the end, or nothing more in time. */
    SHORT_GREETING,
    /** As long as the greeting, or shorter, but other bytes. */
    WRONG_GREETING,
    /** Reset by the server. */
    RESET,
    /** The generator could not start it: no descriptor, no port. */
    NOT_STARTED
}
