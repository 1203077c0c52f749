package io.acceptor.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * An open-loop flood of connect-and-reset probes, as load balancers send them: SYN, SYN+ACK, ACK, RST.
 *
 * <p>Loopback only, and bounded: it ends when its schedule does, whether it kept up or not. Not thread-safe; a run uses
 * the calling thread.
 */
final class ProbeFlood {
    /*
     * One thread and no selector. On loopback the kernel answers a SYN within connect(), so finishConnect() straight
     * after a non-blocking connect() says yes, unless the accept queue is full. Those few wait in a queue that is looked
     * at between probes, oldest first; since all wait equally long, the oldest is also the first to be given up. A full
     * queue therefore never slows the schedule down.
     */

    /** Probes connecting at once; beyond it the oldest is given up. Leaves descriptors for everyone else. */
    private static final int MAX_CONNECTING = 4_096;

    /** How often, in probes, the connecting ones are looked at. */
    private static final int LOOK_EVERY = 32;

    private static final long LAST_LOOK_PAUSE_NANOS = 1_000_000;
    private static final int RESET_ON_CLOSE = 0;

    private final InetSocketAddress target;
    private final SourceAddresses sources;
    private final long connectTimeoutNanos;
    private final Deque<Connecting> connecting = new ArrayDeque<>();
    private final Tally<ProbeEnd> tally = new Tally<>(ProbeEnd.class);

    private record Connecting(SocketChannel channel, long untilNanos) {}

    /**
     * Prepares a flood.
     *
     * @throws IllegalArgumentException if the target is not on loopback
     */
    ProbeFlood(InetSocketAddress target, SourceAddresses sources, Duration connectTimeout) {
        if (target.isUnresolved() || !target.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("target of a flood must be on loopback, was " + target);
        }
        this.target = target;
        this.sources = sources;
        this.connectTimeoutNanos = connectTimeout.toNanos();
    }

    /** Floods at that rate for that long; once an instance. */
    FloodResult run(double perSecond, Duration length) {
        Schedule schedule = Schedule.startingNow(perSecond, length);
        for (long i = 0; i < schedule.count(); i++) {
            Schedule.await(schedule.nanosOf(i));
            if (schedule.isOver()) {
                break;
            }
            probe();
            if (i % LOOK_EVERY == 0) {
                lookAtConnecting();
            }
        }
        awaitConnecting();
        return new FloodResult(schedule.count(), schedule.seconds(), tally.counts());
    }

    private void probe() {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.INET);
            channel.setOption(StandardSocketOptions.SO_LINGER, RESET_ON_CLOSE);
            channel.bind(sources.next());
            channel.configureBlocking(false);
        } catch (IOException noDescriptorOrPort) {
            end(channel, ProbeEnd.NOT_SENT);
            return;
        }
        ProbeEnd seen = connect(channel);
        if (seen == null) {
            keep(channel);
        } else {
            end(channel, seen);
        }
    }

    /** Null if it is still connecting. */
    private @Nullable ProbeEnd connect(SocketChannel channel) {
        try {
            return channel.connect(target) || channel.finishConnect() ? ProbeEnd.RESET : null;
        } catch (IOException refused) {
            return ProbeEnd.REFUSED;
        }
    }

    private void keep(SocketChannel channel) {
        if (connecting.size() == MAX_CONNECTING) {
            end(connecting.remove().channel, ProbeEnd.UNANSWERED);
        }
        connecting.add(new Connecting(channel, System.nanoTime() + connectTimeoutNanos));
    }

    /** Ends those at the head that are connected, refused or too old; stops at the first that may go on waiting. */
    private void lookAtConnecting() {
        Connecting oldest = connecting.peek();
        while (oldest != null) {
            ProbeEnd seen = look(oldest);
            if (seen == null) {
                return;
            }
            connecting.remove();
            end(oldest.channel, seen);
            oldest = connecting.peek();
        }
    }

    private static @Nullable ProbeEnd look(Connecting probe) {
        try {
            if (probe.channel.finishConnect()) {
                return ProbeEnd.RESET;
            }
        } catch (IOException refused) {
            return ProbeEnd.REFUSED;
        }
        return System.nanoTime() >= probe.untilNanos ? ProbeEnd.UNANSWERED : null;
    }

    private void awaitConnecting() {
        lookAtConnecting();
        while (!connecting.isEmpty()) {
            Schedule.await(System.nanoTime() + LAST_LOOK_PAUSE_NANOS);
            lookAtConnecting();
        }
    }

    /** With SO_LINGER 0, closing a connected socket resets it. */
    private void end(@Nullable SocketChannel channel, ProbeEnd end) {
        tally.add(end);
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException nothingLeftToClose) {
                // The kernel has released the descriptor all the same.
            }
        }
    }
}
