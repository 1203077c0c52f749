package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Content;
import io.acceptor.bench.doctor.Look.Opens;
import io.acceptor.bench.doctor.Look.Range;
import io.acceptor.queue.AcceptQueueReading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes looks at a queue with a limit of 50, half a second apart. */
final class Looks {
    static final double LIMIT = 50;

    private static final long APART_NANOS = 500_000_000;

    private final List<Look> looks = new ArrayList<>();
    private double opens = 1_000;

    /** So many connections arrive anywhere in the namespace before the next look. */
    Looks arrive(int count) {
        opens += count;
        return this;
    }

    /** A look: so many ghosts, and these visible clients (from one number to another, without it). */
    Looks see(int ghosts, int fromClient, int toClient, double oldestMillis) {
        return see(ghosts + toClient - fromClient, new Range(ghosts, ghosts), fromClient, toClient, oldestMillis);
    }

    /** A look while the queue changed so fast that ghosts could not be told. */
    Looks blurred(int depth, int fromClient, int toClient) {
        return see(depth, Range.UNKNOWN, fromClient, toClient, 1);
    }

    /** A look at an empty queue. */
    Looks empty() {
        return see(0, 0, 0, Double.NaN);
    }

    /** A look that told nothing. */
    Looks unknown() {
        looks.add(Look.unknown(looks.size() * APART_NANOS));
        return this;
    }

    private Looks see(double depth, Range ghosts, int fromClient, int toClient, double oldestMillis) {
        return add(
                new AcceptQueueReading(depth, LIMIT),
                new Content(clients(fromClient, toClient), ghosts, oldestMillis, 0));
    }

    private Looks add(AcceptQueueReading reading, Content content) {
        looks.add(new Look(looks.size() * APART_NANOS, reading, content, new Opens(opens, opens)));
        return this;
    }

    private static Set<InetSocketAddress> clients(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(client -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000 + client))
                .collect(Collectors.toSet());
    }

    List<Look> list() {
        return looks;
    }
}
