package io.acceptor.bench.flood;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Which visitors come, and how often. Immutable.
 *
 * @param weights of those that come
 */
public record Mix(Map<Behaviour, Integer> weights) {
    private static final int MAX_WEIGHT = 1_000_000;

    public Mix {
        weights = new EnumMap<>(weights);
    }

    public static Mix of(Behaviour only) {
        return new Mix(Map.of(only, 1));
    }

    /**
     * Reads "reset=8,fin=1,session".
     *
     * @throws IllegalArgumentException if it is no mix
     */
    static Mix parse(List<String> parts) {
        Map<Behaviour, Integer> weights = new EnumMap<>(Behaviour.class);
        for (String part : parts) {
            int equals = part.indexOf('=');
            String label = equals < 0 ? part : part.substring(0, equals);
            if (weights.put(behaviour(label), equals < 0 ? 1 : weight(part.substring(equals + 1))) != null) {
                throw new IllegalArgumentException(label + " is there twice");
            }
        }
        return new Mix(weights);
    }

    private static Behaviour behaviour(String label) {
        return Arrays.stream(Behaviour.values())
                .filter(each -> each.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be of "
                        + Arrays.stream(Behaviour.values())
                                .map(Behaviour::label)
                                .collect(Collectors.joining(", "))
                        + ", was " + label));
    }

    private static int weight(String text) {
        int weight;
        try {
            weight = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            weight = 0;
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weights must be from 1 to " + MAX_WEIGHT + ", was " + text);
        }
        return weight;
    }

    /** The share of one kind, from 0 to 1. */
    double share(Behaviour behaviour) {
        double all = weights.values().stream().mapToInt(Integer::intValue).sum();
        return weights.getOrDefault(behaviour, 0) / all;
    }

    /** Draws by weight; the same seed draws the same. Not thread-safe. */
    Draw draw(SplittableRandom random) {
        List<Behaviour> kinds = new ArrayList<>(weights.keySet());
        int[] upTo = new int[kinds.size()];
        int sum = 0;
        for (int i = 0; i < upTo.length; i++) {
            sum += weights.getOrDefault(kinds.get(i), 0);
            upTo[i] = sum;
        }
        return new Draw(kinds, upTo, random);
    }

    /** One visitor after the other. */
    static final class Draw {
        private final List<Behaviour> kinds;
        private final int[] upTo;
        private final SplittableRandom random;

        private Draw(List<Behaviour> kinds, int[] upTo, SplittableRandom random) {
            this.kinds = kinds;
            this.upTo = upTo;
            this.random = random;
        }

        Behaviour next() {
            if (upTo.length == 1) {
                return kinds.get(0);
            }
            int ticket = random.nextInt(upTo[upTo.length - 1]);
            int i = 0;
            while (ticket >= upTo[i]) {
                i++;
            }
            return kinds.get(i);
        }
    }
}
