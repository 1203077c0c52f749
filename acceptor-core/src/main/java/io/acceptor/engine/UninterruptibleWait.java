package io.acceptor.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounded waits that an interrupt does not end; the interrupt flag is set again when they are over. For close(), which is often called by
 * a thread that was told to end by an interrupt: the port must be free when it returns. Stateless and thread-safe.
 */
public final class UninterruptibleWait {
    private UninterruptibleWait() {}

    /** A wait that an interrupt does end. */
    @FunctionalInterface
    public interface Interruptible {
        /**
         * Waits.
         *
         * @param nanos how long at most; may be zero or less
         * @return whether what was waited for has happened
         * @throws InterruptedException if interrupted
         */
        boolean await(long nanos) throws InterruptedException;
    }

    /**
     * Waits, and goes on waiting for the rest of the time after an interrupt.
     *
     * @param nanos how long at most
     * @param wait begun anew with what is left after each interrupt
     * @return what the wait returned
     */
    public static boolean await(long nanos, Interruptible wait) {
        long start = System.nanoTime();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.await(nanos - (System.nanoTime() - start));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for a loop's answer.
     *
     * @param answer completed by the loop
     * @param nanos how long at most: user code may hold the loop up
     * @return the answer; NaN if there is none by then, or the loop failed to give one
     */
    public static double await(CompletableFuture<Double> answer, long nanos) {
        boolean answered = await(nanos, left -> {
            try {
                answer.get(left, TimeUnit.NANOSECONDS);
                return true;
            } catch (ExecutionException | TimeoutException e) {
                return false;
            }
        });
        return answered ? answer.join() : Double.NaN;
    }

    /**
     * Waits for a thread to end.
     *
     * @param deadline by {@link System#nanoTime()}; a look is taken after it too
     * @return whether it has ended
     */
    public static boolean awaitEnd(Thread thread, long deadline) {
        return await(deadline - System.nanoTime(), left -> {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, left));
            return !thread.isAlive();
        });
    }
}
