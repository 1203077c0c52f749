package io.acceptor.bench.flood;

import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.measure.Limits;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Rising rates. */
final class Ramp {
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,9}):(\\d{1,9}):(\\d{1,9})");
    private static final int MAX_STEPS = 1_000;

    private Ramp() {}

    /** Reads FROM:TO:STEP. */
    static List<Load> parse(String text, Limits limits) {
        Matcher parts = FORMAT.matcher(text);
        if (!parts.matches()) {
            throw limits.wrong("--ramp must be FROM:TO:STEP, was " + text);
        }
        int from = limits.between("--ramp FROM", 1, Limits.MAX_RATE, Integer.parseInt(parts.group(1)));
        int to = limits.between("--ramp TO", from, Limits.MAX_RATE, Integer.parseInt(parts.group(2)));
        int step = limits.between("--ramp STEP", 1, Limits.MAX_RATE, Integer.parseInt(parts.group(3)));
        limits.between("--ramp steps", 1, MAX_STEPS, (to - from) / step + 1);
        return IntStream.rangeClosed(0, (to - from) / step)
                .mapToObj(i -> Load.open(from + (double) i * step))
                .toList();
    }
}
