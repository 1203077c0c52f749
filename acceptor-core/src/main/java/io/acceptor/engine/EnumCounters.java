package io.acceptor.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** A counter for each constant of an enum. Thread-safe: the map is complete from the start and never changes. */
final class EnumCounters<E extends Enum<E>> {
    private final EnumMap<E, LongAdder> counters;

    EnumCounters(Class<E> type) {
        counters = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            counters.put(constant, new LongAdder());
        }
    }

    void increment(E constant) {
        counter(constant).increment();
    }

    long count(E constant) {
        return counter(constant).sum();
    }

    private LongAdder counter(E constant) {
        LongAdder counter = counters.get(constant);
        if (counter == null) {
            throw new AssertionError("no counter for " + constant);
        }
        return counter;
    }

    long total() {
        long sum = 0;
        for (LongAdder counter : counters.values()) {
            sum += counter.sum();
        }
        return sum;
    }

    Map<E, Long> snapshot() {
        EnumMap<E, Long> sums =
                new EnumMap<>(counters.keySet().iterator().next().getDeclaringClass());
        counters.forEach((constant, counter) -> sums.put(constant, counter.sum()));
        return sums;
    }
}
