package io.acceptor.bench.measure;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Counts by kind. Thread-safe.
 *
 * @param <E> the kinds
 */
public final class Tally<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    public Tally(Class<E> kinds) {
        counts = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) {
            counts.put(kind, new LongAdder());
        }
    }

    public void add(E kind) {
        Objects.requireNonNull(counts.get(kind)).increment();
    }

    /** The counts so far; every kind has one. */
    public Map<E, Long> counts() {
        return counts.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, count -> count.getValue().sum()));
    }
}
