package io.acceptor;

import java.io.EOFException;
import java.io.UncheckedIOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended that its user had and closed, or whose handler returned or threw. Says whose fault it was: by what the socket
 * has seen of the client, and by which exceptions its own streams have thrown. Stateless.
 */
final class SocketOutcome {
    private SocketOutcome() {}

    /**
     * The first outcome that fits, in the order of precedence.
     *
     * @param failure what the handler threw, null if it returned or there is none
     */
    static Outcome of(HandedSocket socket, @Nullable Throwable failure) {
        boolean silent = socket.bytesReceived() == 0;
        if (socket.peerGone() != null) {
            return silent ? Outcome.RESET_AFTER_GREETING : Outcome.PEER_RESET;
        }
        if (silent && socket.inputEnded()) {
            return Outcome.CLOSED_SILENTLY;
        }
        if (hasTimedOut(socket, failure)) {
            return silent ? Outcome.SILENT_TIMEOUT : Outcome.READ_TIMEOUT;
        }
        return failure == null || isPeersDoing(socket, failure) ? Outcome.COMPLETED : Outcome.HANDLER_FAILED;
    }

    /** Whether a time limit ended it, ours or the user's; one of the user's that it dealt with, only if nothing was said at all. */
    private static boolean hasTimedOut(HandedSocket socket, @Nullable Throwable failure) {
        boolean nothingSaid = socket.bytesReceived() == 0 && socket.bytesSent() == 0;
        return socket.isTimeUp()
                || socket.isOwnTimeout(failure)
                || (failure == null && nothingSaid && socket.hasTimedOut());
    }

    /** The client hung up in the middle, in whatever way the handler came to know of it: through a layer of TLS or streams, say. */
    private static boolean isPeersDoing(HandedSocket socket, Throwable failure) {
        boolean wrapped = failure instanceof SSLException || failure instanceof UncheckedIOException;
        Throwable end = wrapped ? failure.getCause() : failure;
        return socket.isOwn(failure) || (end instanceof EOFException && socket.inputEnded());
    }

    /** Whether what a handler threw says something that the outcome does not: its own failure, perhaps after the client's reset. */
    static boolean isWorthALine(Outcome outcome, HandedSocket socket, Throwable failure) {
        return outcome == Outcome.HANDLER_FAILED || (outcome == Outcome.PEER_RESET && !isPeersDoing(socket, failure));
    }
}
