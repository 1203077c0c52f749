package io.acceptor.bench.flood;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A run over time.
 *
 * @param startedAtMillis on the wall clock
 * @param samples one after the other
 * @param intervals the victims' latencies in nanoseconds between one sample and the next, in the samples' order
 */
public record History(long startedAtMillis, List<Sample> samples, List<Histogram> intervals) {}
