package io.acceptor.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connection that has been silent longest among many that others change, without an order that they would have to
 * keep: it looks through them when one is asked for, and remembers those it found. Confined to a loop.
 *
 * @param <C> a connection
 */
public final class LongestSilent<C> {
    /** A client that has something to say says it within a round trip or two. */
    public static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Where nobody is silent for long enough, some may be so soon. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** One look takes some 10 to 50 ns for each connection, and must not take more than a few percent of the time. */
    private static final long PAUSE_NANOS_EACH = 1_000;

    /** What is remembered may have ended long ago when it is looked at next. */
    private static final int MOST_FOUND = 256;

    private final Collection<C> all;
    private final Predicate<C> isSilent;
    private final ToLongFunction<C> since;
    private final Queue<C> found = new ArrayDeque<>(); // the longest silent first
    private long lookAgainAt = System.nanoTime();

    /**
     * For one loop.
     *
     * @param all looked through while others change it
     * @param isSilent whether one has been silent so far and may be closed; asked again before it is given
     * @param since when its silence began, on {@link System#nanoTime()}; the same as long as it is silent
     */
    public LongestSilent(Collection<C> all, Predicate<C> isSilent, ToLongFunction<C> since) {
        this.all = all;
        this.isSilent = isSilent;
        this.since = since;
    }

    /** The one that has been silent longest, if for {@link #SILENCE_NANOS} at least; null if there is none. */
    public @Nullable C find(long now) {
        C first = firstFound();
        if (first == null && now - lookAgainAt >= 0) {
            look(now);
            first = firstFound();
        }
        return first;
    }

    private @Nullable C firstFound() {
        C first = found.peek();
        while (first != null && !isSilent.test(first)) {
            found.remove();
            first = found.peek();
        }
        return first;
    }

    private void look(long now) {
        List<Silent<C>> silent = all.stream()
                .filter(isSilent)
                .map(each -> new Silent<>(each, since.applyAsLong(each) - now))
                .sorted(Comparator.comparingLong(Silent::begun))
                .toList();
        Iterator<Silent<C>> next = silent.iterator();
        long pause = PAUSE_NANOS;
        while (next.hasNext()) {
            Silent<C> each = next.next();
            long left = SILENCE_NANOS + each.begun();
            if (left > 0) {
                pause = Math.min(pause, left);
                break; // the others are younger
            }
            if (found.size() == MOST_FOUND) {
                pause = 0;
                break;
            }
            found.add(each.connection());
        }
        lookAgainAt = now + Math.max(pause, PAUSE_NANOS_EACH * all.size());
    }

    /** A connection and when its silence began, from now; what others change is read once, or sorting could fail. */
    private record Silent<C>(C connection, long begun) {}

    /** When looking again may find one, on {@link System#nanoTime()}. */
    public long lookAgainAt() {
        return lookAgainAt;
    }
}
