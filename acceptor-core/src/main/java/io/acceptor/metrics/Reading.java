package io.acceptor.metrics;

import java.util.function.ToDoubleFunction;

/**
 * What one counter or gauge shows: its state and its function in one object.
 *
 * <p>Micrometer holds a meter's state object weakly and its function strongly; a function counter whose state is gone
 * stands still for good, and has no option against it. An object that is both is held by the meter itself. It holds the
 * binder, and with it the acceptor's books and the claim on the name.
 */
final class Reading implements ToDoubleFunction<Reading> {
    private final AcceptorMetrics metrics;
    private final ToDoubleFunction<AcceptorMetrics> value;

    Reading(AcceptorMetrics metrics, ToDoubleFunction<AcceptorMetrics> value) {
        this.metrics = metrics;
        this.value = value;
    }

    @Override
    public double applyAsDouble(Reading itself) {
        return value.applyAsDouble(metrics);
    }
}
