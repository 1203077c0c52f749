package io.acceptor.bench.measure;

import java.util.Arrays;
import java.util.Locale;

/**
 * What several rounds gave: the middle, and how far they lie apart.
 *
 * @param median the middle one, or the mean of the two in the middle; NaN if there are none
 * @param least the smallest
 * @param most the largest
 */
public record Spread(double median, double least, double most) {
    static final Spread NONE = new Spread(Double.NaN, Double.NaN, Double.NaN);

    public static Spread of(double... figures) {
        if (figures.length == 0) {
            return NONE;
        }
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** The median with so many decimals. */
    public String showMedian(int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", median);
    }

    /** "median (least to most)" with so many decimals. */
    public String show(int decimals) {
        if (Double.isNaN(median)) {
            return "-";
        }
        String number = "%,." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, least, most);
    }
}
