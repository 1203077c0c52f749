package io.acceptor.bench.measure;

import io.acceptor.queue.AcceptQueueReading;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's accept queue of a server under test, as {@code ss -lnt} shows it. Null when unknown.
 *
 * @param queueDepth connections waiting to be accepted, dead ones included
 * @param queueLimit the backlog in force
 */
public record QueueNumbers(
        @Nullable Long queueDepth, @Nullable Long queueLimit) {

    public static QueueNumbers of(AcceptQueueReading reading) {
        return new QueueNumbers(known(reading.depth()), known(reading.limit()));
    }

    private static @Nullable Long known(double number) {
        return Double.isNaN(number) ? null : (long) number;
    }
}
