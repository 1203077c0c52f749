package io.acceptor.engine;

import io.acceptor.RejectReason;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What to do when accept() fails: the one place where failures are told apart, by place and by trying, never by message
 * (messages are localised). One per loop and confined to it, except {@link #exhausted()}.
 */
public final class AcceptFailures {
    /** The kinds of failure. */
    public enum Kind {
        /** The listening channel is closed. */
        FATAL,
        /** Another socket cannot be opened either: out of descriptors or the kernel's buffers. */
        EXHAUSTED,
        /** No heap for another connection: an OutOfMemoryError. */
        MEMORY,
        /** Anything else; the next accept may work. */
        TRANSIENT
    }

    /** The second failure in a row pauses 50 ms, doubling to 1.6 s: the steps of Tomcat's acceptor. Half of it is jitter. */
    static final IntervalFunction DEFAULT_BACKOFF = attempt -> attempt <= 1
            ? 0L
            : IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(50), 2.0, 0.5, Duration.ofMillis(1600))
                    .apply(attempt - 1);

    /** When the user's function throws or gives nonsense: what Netty and Jetty wait always. */
    private static final long FALLBACK_MILLIS = 1000;

    /** So long without a failure ends an episode: at exhaustion, accepting works again and again for one connection. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A ring is told of at the third failure in a row: some 50 ms after the first, which is time for what it was too early for. */
    private static final int PATIENCE_WITH_A_RING = 3;

    /** Some times what the JDK and we make of one accepted connection. */
    private static final int HEADROOM = 16 * 1024;

    private final AcceptorContext context;
    private final boolean acceptsAhead;
    private int inARow;
    private boolean inEpisode;
    private long episodeStart;
    private long lastFailure = System.nanoTime() - QUIET_NANOS;
    private volatile @Nullable Kind lacking; // of the current episode: EXHAUSTED or MEMORY; written by the loop

    /**
     * For one loop.
     *
     * @param acceptsAhead whether the kernel accepts before we ask for each, and may use descriptors up for a moment that come free
     *     as soon as we have seen who it was
     */
    AcceptFailures(AcceptorContext context, boolean acceptsAhead) {
        this.context = context;
        this.acceptsAhead = acceptsAhead;
    }

    /** Whether accepting fails for want of descriptors, in the current episode. Any thread. */
    public boolean exhausted() {
        return lacking == Kind.EXHAUSTED;
    }

    /** What accepting fails for want of in the current episode, in words; null if it does not. Any thread. */
    @Nullable
    String lacks() {
        Kind kind = lacking;
        return kind == null ? null : kind == Kind.MEMORY ? "memory" : "descriptors";
    }

    /** Tells the kinds apart. */
    public Kind classify(boolean channelOpen, Throwable cause) {
        if (!channelOpen) {
            return Kind.FATAL;
        }
        try {
            if (cause instanceof OutOfMemoryError) {
                return Kind.MEMORY;
            }
            return ReserveDescriptor.canOpenSocket() ? Kind.TRANSIENT : Kind.EXHAUSTED;
        } catch (OutOfMemoryError e) {
            return Kind.MEMORY;
        }
    }

    /**
     * Whether there is room on the heap for another connection; looked at only in an episode without memory. The JDK loses a
     * connection, and its descriptor for good, if there is none once the kernel has given it.
     */
    public boolean hasMemory() {
        if (lacking != Kind.MEMORY) {
            return true;
        }
        try {
            return new byte[HEADROOM].length > 0;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /**
     * Books a failure. An episode begins, and is told of, with want of descriptors or the second passing failure: a single
     * one may be want of descriptors whose cause was over when it was looked for, and the next one shows which. Where the kernel
     * accepts ahead of us, it begins with the third failure in a row, and those before are not counted either: the kernel fails once
     * for each connection that it was too early for.
     *
     * @return how long to pause, in nanoseconds
     */
    public long failed(Kind kind, Throwable cause) {
        long now = System.nanoTime();
        boolean again = now - lastFailure < QUIET_NANOS;
        inARow++;
        lastFailure = now;
        boolean patient = acceptsAhead && inARow < PATIENCE_WITH_A_RING;
        if (!patient || kind == Kind.FATAL) {
            context.books().acceptError(kind);
        }
        boolean lacks = kind == Kind.EXHAUSTED || kind == Kind.MEMORY;
        boolean lasts = !patient && (acceptsAhead || lacks || again);
        if (lacks && lasts) {
            lacking = kind;
        }
        if (kind == Kind.FATAL || (!inEpisode && lasts)) {
            inEpisode = kind != Kind.FATAL;
            episodeStart = now;
            context.events().acceptFailed(kind, cause);
        }
        return TimeUnit.MILLISECONDS.toNanos(pauseMillis());
    }

    private long pauseMillis() {
        try {
            Long millis = context.settings().backoff().apply(inARow);
            if (millis != null && millis >= 0) {
                return Math.min(millis, TimeUnit.MINUTES.toMillis(1));
            }
        } catch (Throwable t) {
            context.events().failure("acceptBackoff failed", t);
        }
        return FALLBACK_MILLIS;
    }

    /** Books a success. */
    public void accepted() {
        inARow = 0;
    }

    /** When {@link #endEpisode} should be called next, on System.nanoTime(); Long.MAX_VALUE for never. */
    public long quietAt() {
        return inEpisode ? lastFailure + QUIET_NANOS : Long.MAX_VALUE;
    }

    /** Accepting is tried again: quiet counts from now. */
    public void resumed(long now) {
        if (inEpisode) {
            lastFailure = now;
        }
    }

    /** Nothing is accepted any more; there is nothing to recover. */
    public void closed() {
        inEpisode = false;
        lacking = null;
    }

    /** Ends the episode if it has been quiet for long enough. */
    public void endEpisode(long now) {
        if (inEpisode && now - lastFailure >= QUIET_NANOS) {
            inEpisode = false;
            lacking = null;
            ReserveDescriptor.regain();
            context.events().acceptRecovered(Duration.ofNanos(now - episodeStart));
        }
    }

    /** Runs what exhaustion would run, so that no class of it has to be loaded when there is no descriptor to load it with. */
    static void rehearse(AcceptorContext context) {
        AcceptFailures failures = new AcceptFailures(context, false);
        failures.classify(true, new IOException());
        failures.pauseMillis();
        failures.inARow = 3;
        failures.pauseMillis();
        failures.accepted();
        failures.endEpisode(System.nanoTime());
        ReserveDescriptor.whileFreed(() -> {});
        long silent = System.nanoTime() - 2 * LongestSilent.SILENCE_NANOS;
        new LongestSilent<>(List.of(failures), each -> true, each -> silent).find(System.nanoTime());
        context.admission().rejection(RejectReason.DESCRIPTORS).refusal().replyBytes();
    }
}
