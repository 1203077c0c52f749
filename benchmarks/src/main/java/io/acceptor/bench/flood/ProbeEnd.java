package io.acceptor.bench.flood;

/** How a visit of the flood ended, seen from the generator. */
public enum ProbeEnd {
    /** Did all it came for: a probe has connected and reset, a session was greeted. */
    DONE,
    /** The server's side refused it. */
    REFUSED,
    /** Not connected in time: the accept queue is full and the kernel drops the SYN. */
    UNANSWERED,
    /** Closed or reset by the server before it was done. */
    CUT,
    /** Connected, and waited in vain for the greeting or the end. */
    SILENCE,
    /** The generator could not send it: no descriptor, no port. */
    NOT_SENT
}
