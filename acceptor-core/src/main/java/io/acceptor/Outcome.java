package io.acceptor;

/**
 * How a connection ended. Every accepted connection ends in exactly one.
 *
 * <p>The names say what was seen on the wire. The constants stand in order of precedence: where several would fit, the
 * first one counts. {@link #isProbeLike()} is the only interpretation.
 */
public enum Outcome {
    /** Not admitted; {@link RejectReason} says why. */
    REJECTED(false),
    /**
     * A connection that a balancer has made for itself, by its own word: the PROXY protocol's command LOCAL, which its health
     * checks send. However it went on, unless something of ours failed. Only with {@code acceptor-netty}.
     */
    PROXY_LOCAL(true),
    /** The greeting supplier threw or gave null. */
    GREETING_FAILED(false),
    /** The greeting was not in the kernel's buffer by its deadline: the client does not read. */
    GREETING_TIMEOUT(false),
    /** Closed by us: the deadline of a drain, {@link Acceptor#close()}, or a socket its owner dropped without closing. */
    CUT(false),
    /**
     * Closed by us, silent so far, to make room for a newcomer: the workers, the permitted connections or the descriptors had run
     * out, and of those that had not sent a byte this one had been there longest.
     */
    MADE_ROOM(true),
    /** Reset by the client in the accept queue, or before the first byte of the greeting went out. */
    RESET_BEFORE_GREETING(true),
    /** Reset by the client after the greeting's first byte (or with no greeting to send), nothing received from it. */
    RESET_AFTER_GREETING(true),
    /** Reset by the client after it had sent something. */
    PEER_RESET(false),
    /** The client said that it is done (FIN) and never sent a byte. The greeting was still sent in full. */
    CLOSED_SILENTLY(true),
    /**
     * The client stayed connected and silent until {@code awaitFirstByte} expired, or a read of its handler, or another time limit
     * that its handler has.
     */
    SILENT_TIMEOUT(false),
    /**
     * The client had sent something, and then kept its handler waiting: a read timed out, or {@code firstRequestTimeout} or
     * {@code conversationTimeout} was over.
     */
    READ_TIMEOUT(false),
    /** The handler threw something other than its own stream's report that the client has gone, or keeps it waiting. */
    HANDLER_FAILED(false),
    /** The handler returned, or the user of the drop-in socket, or of the Netty channel, closed it. */
    COMPLETED(false);

    private final boolean probeLike;

    Outcome(boolean probeLike) {
        this.probeLike = probeLike;
    }

    /**
     * Whether a load balancer's health check ends like this: connected, then gone without a word, or sent away before it had said
     * one, or named as a check by the balancer.
     *
     * <p>Probe-like ends are never logged above DEBUG and never count as a failure anywhere.
     *
     * @return true for the outcomes of a client that left without having sent anything, and for {@link #PROXY_LOCAL}
     */
    public boolean isProbeLike() {
        return probeLike;
    }
}
