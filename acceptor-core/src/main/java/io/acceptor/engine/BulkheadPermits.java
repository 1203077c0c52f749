package io.acceptor.engine;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.event.BulkheadEvent;
import io.github.resilience4j.core.EventConsumer;
import io.github.resilience4j.core.EventProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The permits that a server takes from a bulkhead of the user's. Thread-safe.
 *
 * <p>Resilience4j tells its event consumers after it has decided, and what they throw comes out in place of the decision. A
 * permit that was never taken must not be given back: it would raise the bulkhead's limit for good, as one that was taken and
 * is never given back would lower it.
 */
final class BulkheadPermits {
    /*
     * A consumer of our own sees the decision. Consumers of all events hear of it before those of one kind, in the order of
     * their registration; so only one of all events that was registered before ours can hide the decision. Whether such a one
     * lets a kind of event pass is seen sooner or later: what it hides must then be of the other kind. Until then, and if it
     * hides both, a look at the free permits just before has to do.
     */

    private static final String CONSUMER_FAILED = "an event consumer of the bulkhead failed";

    /** The attempt that this thread is at; null on the threads of other code, where the consumer does nothing. */
    private static final ThreadLocal<@Nullable Attempt> CURRENT = new ThreadLocal<>();

    /** One consumer for all servers: a bulkhead keeps it once, however many are started with it. */
    private static final EventConsumer<BulkheadEvent> WITNESS = event -> {
        Attempt attempt = CURRENT.get();
        if (attempt != null) {
            attempt.told = event.getEventType();
        }
    };

    private final Bulkhead bulkhead;
    private final Events events;

    /** Set once, by any loop: our consumer is registered. Not before there is another one, for events cost time. */
    private volatile boolean witnessed;

    /** Set once, by any loop: a decision of that kind has reached our consumer. */
    private volatile boolean permittedPasses;

    /** Likewise. */
    private volatile boolean rejectedPasses;

    BulkheadPermits(Bulkhead bulkhead, Events events) {
        this.bulkhead = bulkhead;
        this.events = events;
    }

    /** Whether a permit was taken, whatever the event consumers do. Never waits if the bulkhead is set up not to. */
    boolean tryAcquire() {
        witness();
        boolean room = bulkhead.getMetrics().getAvailableConcurrentCalls() > 0;
        Attempt attempt = new Attempt();
        CURRENT.set(attempt);
        try {
            return bulkhead.tryAcquirePermission();
        } catch (Throwable t) {
            events.failure(CONSUMER_FAILED, t);
            return wasPermitted(attempt, room);
        } finally {
            CURRENT.remove();
            learn(attempt);
        }
    }

    private void witness() {
        if (witnessed) {
            return;
        }
        Bulkhead.EventPublisher publisher = bulkhead.getEventPublisher();
        if (!(publisher instanceof EventProcessor<?> processor) || processor.hasConsumers()) {
            publisher.onEvent(WITNESS);
            witnessed = true;
        }
    }

    private boolean wasPermitted(Attempt attempt, boolean room) {
        if (attempt.told != null) {
            return attempt.told == BulkheadEvent.Type.CALL_PERMITTED;
        }
        return permittedPasses == rejectedPasses ? room : rejectedPasses;
    }

    private void learn(Attempt attempt) {
        if (attempt.told == BulkheadEvent.Type.CALL_PERMITTED && !permittedPasses) {
            permittedPasses = true;
        } else if (attempt.told == BulkheadEvent.Type.CALL_REJECTED && !rejectedPasses) {
            rejectedPasses = true;
        }
    }

    /** Whether a permit that is given back is told to user code. */
    boolean hasConsumers() {
        return witnessed;
    }

    /** Gives one permit back. Call it once for each {@link #tryAcquire} that took one. */
    void giveBack() {
        try {
            bulkhead.onComplete();
        } catch (Throwable t) {
            events.failure(CONSUMER_FAILED, t); // the permit was given back before
        }
    }

    /** Confined to one thread. */
    private static final class Attempt {
        /** The decision, as soon as it is known. */
        BulkheadEvent.@Nullable Type told;
    }
}
