package io.acceptor.bench.flood;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Connect-and-reset probes of one thread: the fast path of a flood. Not thread-safe. */
final class Probes {
    /*
     * No selector. On loopback the kernel answers a SYN within connect(), so a second look straight after a non-blocking
     * connect() says yes, unless the accept queue is full. Those few wait in a queue that is looked at between probes,
     * oldest first; since all wait equally long, the oldest is also the first to be given up. A full queue therefore
     * never slows the schedule down.
     */

    /** Probes connecting at once; beyond it the oldest is given up. Leaves descriptors for everyone else. */
    private static final int MAX_CONNECTING = 4_096;

    private final ProbeSockets sockets;
    private final long timeoutNanos;
    private final FloodTally tally;
    private final Deque<Connecting> connecting = new ArrayDeque<>();

    private record Connecting(ProbeSocket socket, long untilNanos) {}

    Probes(ProbeSockets sockets, Duration timeout, FloodTally tally) {
        this.sockets = sockets;
        this.timeoutNanos = timeout.toNanos();
        this.tally = tally;
    }

    /** How many are still connecting. */
    int size() {
        return connecting.size();
    }

    void send() {
        ProbeSocket socket = sockets.take();
        if (socket == null) {
            tally.add(Behaviour.RESET, ProbeEnd.NOT_SENT);
            return;
        }
        ProbeEnd seen = socket.connect();
        if (seen == null) {
            keep(socket);
        } else {
            end(socket, seen);
        }
    }

    private void keep(ProbeSocket socket) {
        if (connecting.size() == MAX_CONNECTING) {
            end(connecting.remove().socket, ProbeEnd.UNANSWERED);
        }
        connecting.add(new Connecting(socket, System.nanoTime() + timeoutNanos));
    }

    /** Ends those at the head that are connected, refused or too old; stops at the first that may go on waiting. */
    void look() {
        Connecting oldest = connecting.peek();
        while (oldest != null) {
            ProbeEnd seen = look(oldest);
            if (seen == null) {
                return;
            }
            connecting.remove();
            end(oldest.socket, seen);
            oldest = connecting.peek();
        }
    }

    private static @Nullable ProbeEnd look(Connecting probe) {
        ProbeEnd seen = probe.socket.look();
        return seen == null && System.nanoTime() - probe.untilNanos >= 0 ? ProbeEnd.UNANSWERED : seen;
    }

    private void end(ProbeSocket socket, ProbeEnd end) {
        tally.add(Behaviour.RESET, end);
        socket.reset();
        sockets.giveBack(socket);
    }
}
