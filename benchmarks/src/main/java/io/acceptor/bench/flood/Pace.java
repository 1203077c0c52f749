package io.acceptor.bench.flood;

import io.acceptor.bench.measure.Schedule;
import org.HdrHistogram.Histogram;

/** When the next visitor comes. Of one thread. */
interface Pace {
    /** Whether one is to start now; says so for each only once. */
    boolean takeTurn(int underWay);

    /** When it is worth asking again, on the clock of {@link System#nanoTime()}. */
    long nextNanos();

    /** Nobody comes any more. */
    boolean isOver();

    /** A constant rate, whatever the server does: every {@code stride}th moment of a schedule, counted from {@code first}. */
    final class Open implements Pace {
        private static final int DIGITS = 3;

        private final Schedule schedule;
        private final int stride;
        private final Histogram lateness = new Histogram(DIGITS);
        private long next;
        private long lastNanos;

        Open(Schedule schedule, int first, int stride) {
            this.schedule = schedule;
            this.stride = stride;
            this.next = first;
            this.lastNanos = schedule.startNanos();
        }

        @Override
        public boolean takeTurn(int underWay) {
            long now = System.nanoTime();
            long late = now - nextNanos();
            if (late < 0 || isOver()) {
                return false;
            }
            lateness.recordValue(late);
            lastNanos = now;
            next += stride;
            return true;
        }

        /** How late each turn was taken, in nanoseconds; to be read when the thread has ended. */
        Histogram lateness() {
            return lateness;
        }

        /** When the last turn was taken. */
        long lastNanos() {
            return lastNanos;
        }

        @Override
        public long nextNanos() {
            return schedule.nanosOf(next);
        }

        @Override
        public boolean isOver() {
            return next >= schedule.count() || schedule.isOver();
        }
    }

    /** As many at once, each followed by the next. */
    final class Closed implements Pace {
        private final int atOnce;
        private final long endNanos;
        private long left;

        Closed(int atOnce, long most, long endNanos) {
            this.atOnce = atOnce;
            this.left = most;
            this.endNanos = endNanos;
        }

        @Override
        public boolean takeTurn(int underWay) {
            if (underWay >= atOnce || isOver()) {
                return false;
            }
            left--;
            return true;
        }

        @Override
        public long nextNanos() {
            return System.nanoTime();
        }

        @Override
        public boolean isOver() {
            return left <= 0 || System.nanoTime() - endNanos >= 0;
        }
    }
}
