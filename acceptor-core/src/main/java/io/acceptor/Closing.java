package io.acceptor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends connections. Confined to its loop.
 *
 * <p>A registered channel keeps its descriptor, and sends no RST, until the selector has forgotten it. So keys are cancelled,
 * connections collected, and one selectNow a round forgets them all; after that they are closed and counted.
 */
final class Closing {
    /** Lingering close: how long, how much and how many at once. The client's FIN usually comes within a round trip. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int LINGER_BYTES = 64 * 1024;
    static final int LINGER_MAX = 256;

    private final NioLoop loop;
    private final Consumer<SelectionKey> unheard = Closing::unheard;
    private final Deadlines lingering = new Deadlines(LINGER_NANOS);
    private final Deadlines collected = new Deadlines(0); // a list that needs no memory to grow
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(16 * 1024);

    Closing(NioLoop loop) {
        this.loop = loop;
    }

    /** Closes it: now if the selector does not know it, else at the end of the round. */
    void close(NioConnection connection, Outcome outcome) {
        connection.leaveDeadlines();
        connection.ending = connection.rejectReason != null ? Outcome.REJECTED : outcome;
        if (connection.key == null) {
            finish(connection);
        } else {
            collect(connection);
        }
    }

    private void collect(NioConnection connection) {
        NioLoop.cancel(connection);
        collected.add(connection, 0);
    }

    private void finish(NioConnection connection) {
        boolean claimedOnce = connection.lingering && connection.ending == null;
        connection.lingering = false;
        try {
            connection.closeChannel();
        } finally {
            if (claimedOnce) {
                connection.partEnded(); // its outcome was decided by what the user did
            } else {
                connection.end(connection.ending == null ? Outcome.CUT : connection.ending, connection.rejectReason);
            }
        }
    }

    /** Something failed in the middle of a step: ends the connection, unless somebody has claimed it. */
    void release(NioConnection connection) {
        if (connection.lingering) {
            closeLingering(connection);
        } else if (connection.isLoops() || connection.rejectReason != null) { // refused by its claimer
            close(connection, Outcome.CUT);
        } else {
            loop.offering.takeBack(connection, Outcome.CUT);
        }
    }

    /** Whether the next turn must not wait: something failed before it was finished. */
    boolean hasWork() {
        return collected.size() > 0 || loop.offering.hasWork();
    }

    /** Once a round: the selector forgets, then descriptors are closed and connections handed over. */
    void settle() {
        while (hasWork()) {
            closeCollected();
            loop.offering.settle();
        }
    }

    /** Gives back the descriptors of what is closing; calls nobody else. */
    void closeCollected() {
        forget();
        finishCollected();
    }

    private void finishCollected() {
        for (NioConnection each = collected.poll(); each != null; each = collected.poll()) {
            finish(each);
        }
    }

    private static void unheard(SelectionKey ready) {}

    /** Has the selector forget cancelled keys; what is ready it will tell again, being level-triggered. */
    void forget() {
        try {
            loop.selector().selectNow(unheard);
        } catch (IOException e) {
            loop.server.context().events().failure("selectNow", e);
        }
    }

    // ---- lingering close

    /** A refusal's reply is in the kernel's buffer. */
    void lastWordsSent(NioConnection connection) {
        connection.ending = Outcome.REJECTED;
        if (connection.shutdownOutput()) {
            linger(connection);
        } else {
            close(connection, Outcome.REJECTED);
        }
    }

    /** Discards what the client still sends until it is done, so that our close does not turn into a reset. */
    void linger(NioConnection connection) {
        connection.leaveDeadlines();
        connection.lingering = true;
        if (lingering.size() >= LINGER_MAX || connection.finSeen) {
            closeLingering(connection);
            return;
        }
        lingering.add(connection, System.nanoTime());
        discard(connection);
    }

    void discard(NioConnection connection) {
        if (isDone(connection)) {
            closeLingering(connection);
        } else {
            loop.interest(connection, SelectionKey.OP_READ);
        }
    }

    /** Reads away what the client has sent. True if it has ended or reset the connection, or sends more than is discarded. */
    boolean isDone(NioConnection connection) {
        try {
            int count;
            do {
                scratch.clear();
                count = connection.channel.read(scratch);
                connection.discarded += Math.max(0, count);
            } while (count > 0 && connection.discarded < LINGER_BYTES);
            return count != 0;
        } catch (IOException e) {
            return true; // reset: nothing of ours can be destroyed any more
        }
    }

    private void closeLingering(NioConnection connection) {
        connection.leaveDeadlines();
        if (connection.key == null) {
            finish(connection);
        } else {
            collect(connection);
        }
    }

    void expire(long now) {
        for (NioConnection due = lingering.pollExpired(now); due != null; due = lingering.pollExpired(now)) {
            closeLingering(due);
        }
    }

    long untilDue(long now) {
        return hasWork() ? 0 : lingering.untilNext(now);
    }

    void cutAll() {
        for (NioConnection each = lingering.poll(); each != null; each = lingering.poll()) {
            closeLingering(each);
        }
    }
}
