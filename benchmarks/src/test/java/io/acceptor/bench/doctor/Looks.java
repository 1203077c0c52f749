package io.acceptor.bench.doctor;

import io.acceptor.bench.doctor.Look.Opens;
import io.acceptor.bench.doctor.Look.Sharer;
import io.acceptor.queue.AcceptQueueInspection;
import io.acceptor.queue.AcceptQueueInspection.Queued;
import io.acceptor.queue.AcceptQueueInspection.State;
import io.acceptor.queue.AcceptQueueReading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Makes looks at a queue with a limit of 50, half a second apart. */
final class Looks {
    static final double LIMIT = 50;

    private static final long APART_NANOS = 500_000_000;
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_000);

    private final List<Look> looks = new ArrayList<>();
    private double opens = 1_000;
    private int firstClient;

    /** So many connections arrive anywhere in the namespace before the next look. */
    Looks arrive(int count) {
        opens += count;
        return this;
    }

    /** A look: so many ghosts, and these visible clients (from one number to another, without it), of that age. */
    Looks see(int ghosts, int fromClient, int toClient, long ageMillis) {
        return add(ghosts + toClient - fromClient, ghosts, visible(fromClient, toClient, ageMillis));
    }

    /** A look at nothing but ghosts. */
    Looks ghosts(int ghosts) {
        return add(ghosts, ghosts, List.of());
    }

    /** A look while the queue changed so fast that ghosts could not be told. */
    Looks blurred(int depth, int fromClient, int toClient) {
        return add(depth, Double.NaN, visible(fromClient, toClient, 1));
    }

    /** A look at an empty queue. */
    Looks empty() {
        return ghosts(0);
    }

    /** The clients of looks at listeners that share the port are numbered from there. */
    Looks from(int client) {
        firstClient = client;
        return this;
    }

    /** A look at listeners that share the port, each with a limit of its share; the numbers are their depths. */
    Looks shared(int... depths) {
        List<Sharer> sharers = IntStream.range(0, depths.length)
                .mapToObj(i -> new Sharer(i + 1, depths[i], LIMIT / depths.length))
                .toList();
        int depth = IntStream.of(depths).sum();
        add(depth, 0, visible(firstClient, firstClient + depth, 1));
        Look sum = looks.remove(looks.size() - 1);
        List<AcceptQueueReading> each = sharers.stream()
                .map(sharer -> new AcceptQueueReading(sharer.depth(), sharer.limit()))
                .toList();
        AcceptQueueInspection inspection =
                new AcceptQueueInspection(sum.reading(), each, sum.inspection().visible(), 0, 0, 0, null, "sock_diag");
        looks.add(new Look(sum.nanos(), inspection, sum.opens(), sharers));
        return this;
    }

    /** A look that told nothing. */
    Looks unknown() {
        looks.add(Look.unknown(looks.size() * APART_NANOS));
        return this;
    }

    List<Look> list() {
        return looks;
    }

    private Looks add(double depth, double ghosts, List<Queued> visible) {
        AcceptQueueReading reading = new AcceptQueueReading(depth, LIMIT);
        AcceptQueueInspection inspection =
                new AcceptQueueInspection(reading, List.of(reading), visible, ghosts, ghosts, 0, null, "sock_diag");
        looks.add(new Look(looks.size() * APART_NANOS, inspection, new Opens(opens, opens), List.of()));
        return this;
    }

    private static List<Queued> visible(int from, int to, long ageMillis) {
        return IntStream.range(from, to)
                .mapToObj(client -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000 + client))
                .map(peer -> new Queued(peer, LOCAL, State.ESTABLISHED, 0, Duration.ofMillis(ageMillis)))
                .toList();
    }
}
