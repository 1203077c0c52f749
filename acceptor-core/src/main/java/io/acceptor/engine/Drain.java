package io.acceptor.engine;

import io.acceptor.DrainReport;
import io.acceptor.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Readiness down, lame duck, last accept, listener closed, wait, cut. On a thread of its own, which also completes the
 * stage: user code that hangs on it holds up nothing.
 */
public final class Drain {
    /** What an engine does for a drain. */
    public interface Target {
        /**
         * Accepts until the kernel's queue is empty, then closes the listener.
         *
         * @return connections seen in the queue just before closing, NaN if unknown
         */
        double stopListening();

        /** Cuts what is open and ends the engine. Idempotent. */
        void close();
    }

    private final AcceptorContext context;
    private final Target target;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CompletableFuture<DrainReport> done = new CompletableFuture<>();

    /** For one engine. */
    public Drain(AcceptorContext context, Target target) {
        this.context = context;
        this.target = target;
    }

    /** The engine was closed: a lame duck need not be waited for. */
    public void closed() {
        closed.countDown();
    }

    /** Begins, once; later calls give the same stage. */
    public CompletionStage<DrainReport> start(Duration lameDuck, Duration grace) {
        long duckNanos = Checks.nanos(Checks.notNegative(lameDuck, "lameDuck"));
        long graceNanos = Checks.nanos(Checks.notNegative(grace, "grace"));
        if (started.compareAndSet(false, true)) {
            context.notReady();
            Before before = new Before(
                    System.nanoTime(), endedByThemselves(), context.books().count(Outcome.CUT));
            try {
                new Thread(
                                () -> run(duckNanos, graceNanos, before),
                                "acceptor-drain-" + context.settings().name())
                        .start();
            } catch (Throwable t) {
                done.completeExceptionally(t); // no thread to be had
            }
        }
        return done.minimalCompletionStage();
    }

    /** Whether it has begun. */
    public boolean hasBegun() {
        return started.get();
    }

    /** The books when drain was called. */
    private record Before(long nanos, long finished, long cut) {}

    private long endedByThemselves() {
        Books books = context.books();
        return books.endedTotal() - books.count(Outcome.CUT) - books.count(Outcome.REJECTED);
    }

    private void run(long lameDuckNanos, long graceNanos, Before before) {
        DrainReport report;
        try {
            boolean closedAlready = closed.await(lameDuckNanos, TimeUnit.NANOSECONDS);
            double atRisk = closedAlready ? Double.NaN : target.stopListening();
            context.books().awaitQuiet(graceNanos);
            target.close();
            report = new DrainReport(
                    Duration.ofNanos(System.nanoTime() - before.nanos()),
                    endedByThemselves() - before.finished(),
                    context.books().count(Outcome.CUT) - before.cut(),
                    atRisk);
        } catch (Throwable t) {
            try {
                target.close();
            } finally {
                done.completeExceptionally(t);
            }
            return;
        }
        done.complete(report);
        context.events().drained(report);
    }
}
