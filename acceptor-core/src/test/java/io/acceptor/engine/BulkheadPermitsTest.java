package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.event.BulkheadEvent;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Whether a permit was taken is known exactly, whatever event consumers throw and whatever other code does with the bulkhead
 * at the same time. Here the look before the attempt always sees the opposite of what the attempt then finds.
 */
class BulkheadPermitsTest {
    private static final int LIMIT = 2;

    private final Bulkhead bulkhead = Bulkhead.of(
            "test",
            BulkheadConfig.custom()
                    .maxConcurrentCalls(LIMIT)
                    .maxWaitDuration(Duration.ZERO)
                    .build());
    private final BulkheadPermits permits = new BulkheadPermits(misleading(), new Events("test", null));

    /** The same bulkhead; but a look at it finds room when there is none, and none when there is. */
    private Bulkhead misleading() {
        Bulkhead.Metrics opposite = (Bulkhead.Metrics) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Bulkhead.Metrics.class},
                (proxy, method, args) -> free() > 0 ? 0 : 1);
        return (Bulkhead) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Bulkhead.class},
                (proxy, method, args) ->
                        method.getName().equals("getMetrics") ? opposite : method.invoke(bulkhead, args));
    }

    private int free() {
        return bulkhead.getMetrics().getAvailableConcurrentCalls();
    }

    private static void fail(BulkheadEvent event) {
        throw new IllegalStateException("on purpose, about " + event.getEventType());
    }

    private void assertExact() {
        for (int round = 0; round < 3; round++) {
            for (int taken = 1; taken <= LIMIT; taken++) {
                assertThat(permits.tryAcquire()).isTrue();
                assertThat(free()).isEqualTo(LIMIT - taken);
            }
            assertThat(permits.tryAcquire()).isFalse();
            for (int free = 1; free <= LIMIT; free++) {
                permits.giveBack();
                assertThat(free()).isEqualTo(free);
            }
        }
    }

    @Test
    void withoutConsumers() {
        assertExact();
    }

    @Test
    void aConsumerOfRejectionsThrows() {
        bulkhead.getEventPublisher().onCallRejected(BulkheadPermitsTest::fail);
        assertExact();
    }

    @Test
    void aConsumerOfPermitsThrows() {
        bulkhead.getEventPublisher().onCallPermitted(BulkheadPermitsTest::fail);
        assertExact();
    }

    @Test
    void aConsumerOfReturnsThrows() {
        bulkhead.getEventPublisher().onCallFinished(BulkheadPermitsTest::fail);
        assertExact();
    }

    @Test
    void consumersThatCameLaterThrow() {
        bulkhead.getEventPublisher().onCallPermitted(event -> {});
        assertExact();
        bulkhead.getEventPublisher().onEvent(BulkheadPermitsTest::fail);
        assertExact();
    }

    @Test
    void anEarlierConsumerOfAllEventsThrowsOnRejections() {
        bulkhead.getEventPublisher().onEvent(event -> {
            if (event.getEventType() == BulkheadEvent.Type.CALL_REJECTED) {
                fail(event);
            }
        });
        assertExact();
    }

    @Test
    void twoServersShareIt() {
        bulkhead.getEventPublisher().onCallRejected(BulkheadPermitsTest::fail);
        BulkheadPermits others = new BulkheadPermits(bulkhead, new Events("other", null));
        assertExact();
        assertThat(others.tryAcquire()).isTrue();
        assertThat(permits.tryAcquire()).isTrue();
        assertThat(others.tryAcquire()).isFalse();
        others.giveBack();
        permits.giveBack();
        assertExact();
    }
}
