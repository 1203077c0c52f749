package io.acceptor.bench;

/** How a connect-and-reset probe ended, seen from the generator. */
enum ProbeEnd {
    /** Connected and reset: a probe as it should be. */
    RESET,
    /** The server's side refused it. */
    REFUSED,
    /** Not connected in time: the accept queue is full and the kernel drops the SYN. */
    UNANSWERED,
    /** The generator could not send it: no descriptor, no port. */
    NOT_SENT
}
