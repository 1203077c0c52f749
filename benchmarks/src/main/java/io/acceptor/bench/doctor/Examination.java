package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Looks at queues many times a second. */
final class Examination {
    /** How far back rates and shares reach, where the time is longer; else all of it counts, however long it took. */
    private static final Duration WINDOW = Duration.ofSeconds(3);

    private static final long SHORTEST_REST_NANOS = Duration.ofMillis(25).toNanos();
    private static final long LONGEST_REST_NANOS = Duration.ofMillis(250).toNanos();

    /** Looking takes a tenth of a processor at most, unless a look takes more than 28 ms. */
    private static final int REST = 9;

    private Examination() {}

    /**
     * Examines one.
     *
     * @param patient whom
     * @param time for how long
     * @param onLook told after each look; what was seen so far is summed up if it asks
     */
    static Observation of(Patient patient, Duration time, Consumer<Supplier<Observation>> onLook)
            throws InterruptedException {
        QueueWatch watch = new QueueWatch(patient, AcceptQueue::inspection, windowNanos(time));
        watch(patient.queue().isPresent() ? List.of(watch) : List.of(), time, () -> onLook.accept(watch::soFar));
        return watch.end();
    }

    /**
     * Examines many at once. Queues that are empty cost little; their handshakes are not counted.
     *
     * @param patients whom
     * @param time for how long
     * @return what was seen of each, in their order
     */
    static List<Observation> ofAll(List<Patient> patients, Duration time) throws InterruptedException {
        List<QueueWatch> watches = patients.stream()
                .map(patient -> new QueueWatch(patient, AcceptQueue::glance, windowNanos(time)))
                .toList();
        watch(watches, time, () -> {});
        return watches.stream().map(QueueWatch::end).toList();
    }

    /** Empty if it cannot be read: then nothing can be concluded from it. */
    private static List<TcpRow> table() {
        try {
            return TcpRow.all();
        } catch (IOException noTables) {
            return List.of();
        }
    }

    private static long windowNanos(Duration time) {
        return time.compareTo(WINDOW) > 0 ? WINDOW.toNanos() : Long.MAX_VALUE;
    }

    private static void watch(List<QueueWatch> watches, Duration time, Runnable afterLook) throws InterruptedException {
        if (watches.isEmpty()) {
            return;
        }
        see(watches, table());
        long start = System.nanoTime();
        long rest = SHORTEST_REST_NANOS;
        while (System.nanoTime() - start < time.toNanos()) {
            TimeUnit.NANOSECONDS.sleep(Math.max(SHORTEST_REST_NANOS, Math.min(rest, LONGEST_REST_NANOS)));
            long begun = System.nanoTime();
            watches.forEach(QueueWatch::look);
            rest = REST * (System.nanoTime() - begun);
            afterLook.run();
        }
        see(watches, table());
        watches.forEach(QueueWatch::look);
    }

    private static void see(List<QueueWatch> watches, List<TcpRow> tables) {
        watches.forEach(watch -> watch.see(tables));
    }
}
