package io.acceptor.examples.incident;

import io.acceptor.examples.incident.Client.Fate;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Real clients, one after the other, from when it is made until it is closed. */
final class Visitors implements AutoCloseable {
    private static final long PAUSE_NANOS = 10_000_000;

    private final InetSocketAddress target;
    private final Duration patience;

    /** This and the numbers below are the visiting thread's until it has ended. */
    private final List<Long> greetedNanos = new ArrayList<>();

    private int came;
    private int connected;
    private int served;
    private final Background visiting;

    Visitors(InetSocketAddress target, Duration patience) {
        this.target = target;
        this.patience = patience;
        this.visiting = new Background("visitors", 1, this::visit);
    }

    private void visit() {
        try (Client client = new Client(target, patience)) {
            Fate fate = client.visit();
            came++;
            connected += fate == Fate.LOCKED_OUT ? 0 : 1;
            if (fate == Fate.SERVED) {
                served++;
                greetedNanos.add(client.greetedNanos());
            }
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    @Override
    public void close() {
        visiting.close();
    }

    /** Once closed. */
    Result result() {
        long[] sorted =
                greetedNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        boolean none = sorted.length == 0;
        return new Result(
                came,
                connected,
                served,
                none ? Double.NaN : sorted[sorted.length / 2] / 1e6,
                none ? Double.NaN : sorted[sorted.length - 1] / 1e6);
    }

    /**
     * How they fared.
     *
     * @param came how many
     * @param connected how many got a connection
     * @param served how many were greeted and got the answer to their question
     * @param medianMillis from connect to greeting, of those served
     * @param longestMillis the longest of these
     */
    record Result(int came, int connected, int served, double medianMillis, double longestMillis) {
        boolean allServed() {
            return came > 0 && served == came;
        }
    }
}
