package io.acceptor.examples.incident;

import java.util.List;

/**
 * What one of our servers made of the flood.
 *
 * @param variant which
 * @param flood the probes
 * @param clients the real clients meanwhile, with the one before and the one after
 * @param books what it says about itself at rest
 * @param overflows connections that the kernel turned away meanwhile because some queue was full: of all listeners of the
 *     network namespace, so an upper bound for this one; NaN when unknown, and then nothing shows that the books balance
 * @param queue its accept queue meanwhile
 * @param depth its accept queue at rest
 * @param logged what it logged above DEBUG
 */
record Cure(
        Variant variant,
        Flood.Result flood,
        Visitors.Result clients,
        Books books,
        double overflows,
        QueueWatch.Result queue,
        double depth,
        List<String> logged) {

    /** Connections that we made. */
    long made() {
        return flood.sent() + clients.connected();
    }

    /** Probes that the loop of a drop-in got to see: what it took, less those that said something. */
    long gotThrough() {
        return Math.max(0, books.taken() - books.spoken());
    }

    /** A loop that greets by itself got one that was dead, and sits on it. */
    boolean wedged() {
        return books.deadAtWrite() > 0;
    }

    /** Every connection made was accepted, and all of these ended; on a wedged loop those that it holds up are open. */
    boolean booksBalance() {
        return allAccepted() && (wedged() || books.ended() == books.accepted());
    }

    /**
     * At a full queue the two ends may differ over a connection: the kernel drops the last step of a handshake that the
     * client took for done, or completes one just when a probe's second is over.
     */
    private boolean allAccepted() {
        return books.accepted() >= made() - overflows && books.accepted() <= made() + flood.failed();
    }

    double shareKeptAway() {
        return 1 - (double) gotThrough() / flood.sent();
    }
}
