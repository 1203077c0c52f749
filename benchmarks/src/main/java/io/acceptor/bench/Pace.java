package io.acceptor.bench;

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
        private final Schedule schedule;
        private final int stride;
        private long next;

        Open(Schedule schedule, int first, int stride) {
            this.schedule = schedule;
            this.stride = stride;
            this.next = first;
        }

        @Override
        public boolean takeTurn(int underWay) {
            if (isOver() || System.nanoTime() - nextNanos() < 0) {
                return false;
            }
            next += stride;
            return true;
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
