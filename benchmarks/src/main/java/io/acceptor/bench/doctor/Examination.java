package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.ListenCounters;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Looks at a patient's queue many times a second. */
final class Examination {
    /** How far back rates and shares reach. */
    private static final long WINDOW_NANOS = Duration.ofSeconds(3).toNanos();

    private static final long SHORTEST_REST_NANOS = Duration.ofMillis(25).toNanos();
    private static final long LONGEST_REST_NANOS = Duration.ofMillis(250).toNanos();

    /** Looking takes a tenth of a processor at most, unless a look takes more than 28 ms. */
    private static final int REST = 9;

    private final Patient patient;
    private final Consumer<Supplier<Observation>> onLook;

    /**
     * @param patient whom to examine
     * @param onLook told after each look; what was seen so far is summed up if it asks
     */
    Examination(Patient patient, Consumer<Supplier<Observation>> onLook) {
        this.patient = patient;
        this.onLook = onLook;
    }

    Observation observe(Duration time) throws InterruptedException {
        return patient.queue().isPresent() ? watch(new Eyes(patient.queue().get()), time) : nothing();
    }

    private Observation watch(Eyes eyes, Duration time) throws InterruptedException {
        ListenCounters counters = ListenCounters.read();
        Look look = eyes.look();
        Window window = new Window(WINDOW_NANOS, AcceptQueue.somaxconn(), look, counters);
        long end = look.nanos() + time.toNanos();
        while (look.nanos() < end) {
            long rest = REST * (System.nanoTime() - look.nanos());
            TimeUnit.NANOSECONDS.sleep(Math.max(SHORTEST_REST_NANOS, Math.min(rest, LONGEST_REST_NANOS)));
            look = eyes.look();
            window.add(look);
            onLook.accept(() -> window.observation(true, ListenCounters.read()));
        }
        return window.observation(!patient.gone(), ListenCounters.read());
    }

    private Observation nothing() {
        ListenCounters counters = ListenCounters.read();
        return new Window(WINDOW_NANOS, AcceptQueue.somaxconn(), Look.unknown(System.nanoTime()), counters)
                .observation(!patient.gone(), counters);
    }
}
