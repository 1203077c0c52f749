package io.acceptor.bench.jmh;

import io.acceptor.AcceptorListener;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to enter a connection into the books and to count its end, with meters and a listener or without? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OutcomeAccounting {
    /** Whether the meters are bound. */
    @Param({"true", "false"})
    public boolean metrics;

    /** Whether somebody listens to events. Faster than they can be told, most are dropped, and counted. */
    @Param({"false", "true"})
    public boolean listener;

    private AcceptorContext context;
    private Peer peer;

    /** Made by JMH. */
    @SuppressWarnings("NullAway.Init")
    public OutcomeAccounting() {}

    /** Opens the books. */
    @Setup
    public void open() {
        Settings.Draft draft = Settings.Draft.withDefaults();
        if (listener) {
            draft.listener(new AcceptorListener() {});
        }
        context = Contexts.of(draft);
        context.start();
        if (metrics) {
            context.metrics().bindTo(new SimpleMeterRegistry());
        }
        peer = new Peer(Contexts.REMOTE, Contexts.LOCAL);
    }

    /** Closes them. */
    @TearDown
    public void close() {
        context.stop();
    }

    /**
     * One connection.
     *
     * @return whether it was ended
     */
    @Benchmark
    public boolean acceptedAndEnded() {
        return context.accepted(peer).end(Outcome.RESET_BEFORE_GREETING, null);
    }
}
