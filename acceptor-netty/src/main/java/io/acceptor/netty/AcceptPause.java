package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Switches accepting of one server channel off, for a time or while too many accepted connections have not reached their
 * event loops, and on again. AUTO_READ stays the user's: while it pauses, reads that are asked for are held back. Confined to the
 * server channel's loop, except what says otherwise.
 */
final class AcceptPause {
    /** A loop that registers nothing for so long is held up; the kernel's queue is the better place to wait then. */
    private static final int MAX_UNDER_WAY = 1024;

    private final ChannelHandlerContext context;
    private final Channel server;
    private final Runnable whenOver;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean crowded;
    private volatile boolean timed;
    private boolean pausing;
    private boolean readAsked; // while AUTO_READ was off
    private @Nullable Future<?> timer;

    /**
     * For one server channel.
     *
     * @param context of the handler that holds reads back
     * @param whenOver run when a timed pause ends, before accepting goes on; it may pause again
     */
    AcceptPause(ChannelHandlerContext context, Runnable whenOver) {
        this.context = context;
        this.server = context.channel();
        this.whenOver = whenOver;
    }

    /** Pauses for so long, unless {@link #endEarly()} ends it. */
    void pause(long nanos) {
        if (nanos <= 0 || !server.isOpen()) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timed = true;
        timer = server.eventLoop().schedule(this::resume, nanos, TimeUnit.NANOSECONDS);
        apply();
    }

    private void resume() {
        if (timed) {
            timed = false;
            if (timer != null) {
                timer.cancel(false);
                timer = null;
            }
            whenOver.run();
            apply();
        }
    }

    /** A descriptor or a permit came free: no need to wait any longer. False if nothing waited. Any thread. */
    boolean endEarly() {
        boolean waits = timed;
        if (waits) {
            onLoop(this::resume);
        }
        return waits;
    }

    /** Whether a timed pause is on. Any thread. */
    boolean isTimed() {
        return timed;
    }

    /** A connection is given to its event loop. */
    void sentOff() {
        if (underWay.incrementAndGet() >= MAX_UNDER_WAY && !crowded) {
            crowded = true;
            crowded = underWay.get() > MAX_UNDER_WAY / 2; // all may have arrived just before it could be seen
            apply();
        }
    }

    /** A connection has reached its event loop, or will not. Any thread. */
    void arrived() {
        if (underWay.decrementAndGet() <= MAX_UNDER_WAY / 2 && crowded) {
            onLoop(() -> {
                crowded = false;
                apply();
            });
        }
    }

    /** Runs something on the server channel's loop, unless that has ended. Any thread. */
    void onLoop(Runnable task) {
        try {
            server.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            timed = false; // the loop has ended
        }
    }

    private void apply() {
        boolean stop = timed || crowded;
        if (stop == pausing) {
            return;
        }
        pausing = stop;
        ChannelConfig config = server.config();
        if (!stop && (config.isAutoRead() || readAsked)) {
            readAsked = false;
            context.read();
        } else if (stop && config.isAutoRead()) {
            config.setAutoRead(false); // has the transport stop
            config.setAutoRead(true); // asks to read again, which is held back
        }
    }

    /** Notes that somebody wants to read, and says whether that has to wait. */
    boolean holdsReadBack() {
        readAsked |= pausing && !server.config().isAutoRead();
        return pausing;
    }
}
