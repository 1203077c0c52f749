package io.acceptor.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter for each constant of an enum. Thread-safe: the map is complete from the start and never changes. Counting needs no memory,
 * as a LongAdder may, so that no end is ever lost.
 */
final class EnumCounters<E extends Enum<E>> {
    private final EnumMap<E, AtomicLong> counters;
    private final AtomicLong[] all; // the same, to be added up without an iterator

    EnumCounters(Class<E> type) {
        counters = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            counters.put(constant, new AtomicLong());
        }
        all = counters.values().toArray(new AtomicLong[0]);
    }

    void increment(E constant) {
        counter(constant).incrementAndGet();
    }

    long count(E constant) {
        return counter(constant).get();
    }

    private AtomicLong counter(E constant) {
        AtomicLong counter = counters.get(constant);
        if (counter == null) {
            throw new AssertionError("no counter for " + constant);
        }
        return counter;
    }

    long total() {
        long sum = 0;
        for (AtomicLong counter : all) {
            sum += counter.get();
        }
        return sum;
    }

    Map<E, Long> snapshot() {
        EnumMap<E, Long> sums =
                new EnumMap<>(counters.keySet().iterator().next().getDeclaringClass());
        counters.forEach((constant, counter) -> sums.put(constant, counter.get()));
        return sums;
    }
}
