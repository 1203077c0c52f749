package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Connections that change hands in the very moment the server closes: still one end each. */
@SuppressWarnings("this-escape") // of the latch to its list, before any test runs
public abstract class ClosingRaceContract extends ContractTest {
    private final AtomicInteger started = new AtomicInteger();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch go = latch();

    /** A breaker that keeps who asks for its permission waiting: a worker, which has just claimed the connection. */
    private CircuitBreaker waitingBreaker() {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        return (CircuitBreaker) Proxy.newProxyInstance(
                CircuitBreaker.class.getClassLoader(), new Class<?>[] {CircuitBreaker.class}, (proxy, method, args) -> {
                    if (method.getName().equals("tryAcquirePermission")) {
                        asked.countDown();
                        Behaviours.await(go);
                    }
                    try {
                        return method.invoke(breaker, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void assertCutOnce(RunningServer server, RecordingListener listener) {
        awaitOutcome(server, Outcome.CUT);
        assertThat(started).hasValue(0);
        assertThat(server.stats().pending()).isZero();
        soon().untilAsserted(() -> assertThat(
                        listener.ended().size() + server.stats().eventsDropped())
                .isEqualTo(1));
    }

    @Test
    void aConnectionThatWasClaimedJustBeforeIsCut() throws IOException {
        RecordingListener listener = new RecordingListener();
        ExecutorService users = shutDownAtEnd(Executors.newSingleThreadExecutor());
        RunningServer server = start(ServerSpec.doing(talk -> started.incrementAndGet())
                .executor(users)
                .listener(listener)
                .with(builder -> builder.circuitBreaker(waitingBreaker())));
        connect(server).send("x");
        soon().until(() -> asked.getCount() == 0);
        server.close();
        go.countDown();
        assertCutOnce(server, listener);
    }

    @Test
    void aConnectionWhoseTaskComesOnlyAfterwardsIsCut() throws IOException {
        RecordingListener listener = new RecordingListener();
        ExecutorService users = shutDownAtEnd(Executors.newSingleThreadExecutor());
        CountDownLatch done = new CountDownLatch(1);
        RunningServer server = start(ServerSpec.doing(talk -> started.incrementAndGet())
                .listener(listener)
                .executor(task -> users.execute(() -> {
                    asked.countDown();
                    try {
                        Behaviours.await(go);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    task.run();
                    done.countDown();
                })));
        connect(server);
        soon().until(() -> asked.getCount() == 0);
        server.close();
        assertCutOnce(server, listener);
        go.countDown();
        soon().until(() -> done.getCount() == 0);
        assertCutOnce(server, listener);
    }

    @Test
    void aConnectionThatIsBeingHandedOverIsCut() throws IOException {
        RecordingListener listener = new RecordingListener();
        ExecutorService users = shutDownAtEnd(Executors.newSingleThreadExecutor());
        ExecutorService closer = shutDownAtEnd(Executors.newSingleThreadExecutor());
        RunningServer server = start(ServerSpec.doing(talk -> {
                    started.incrementAndGet();
                    Behaviours.await(go);
                })
                .listener(listener)
                .executor(task -> {
                    asked.countDown();
                    try {
                        Behaviours.await(go); // on the loop
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    users.execute(task);
                }));
        connect(server);
        soon().until(() -> asked.getCount() == 0);
        closer.execute(server::close);
        soon().until(() -> !server.health().live());
        go.countDown();
        soon().until(() -> server.stats().active() == 0);
        assertThat(server.stats().ended()).isEqualTo(1);
        assertThat(count(server.stats(), Outcome.CUT)).isEqualTo(1);
    }

    @Test
    void aHandlerThatReturnsJustAfterwardsEndsNothingTwice() throws IOException {
        RecordingListener listener = new RecordingListener();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    asked.countDown();
                    while (true) {
                        try {
                            Behaviours.await(go);
                            return;
                        } catch (InterruptedException e) {
                            started.addAndGet(0); // close() interrupts handlers on the default executor; this one stays
                        }
                    }
                })
                .listener(listener));
        connect(server);
        soon().until(() -> asked.getCount() == 0);
        server.close();
        assertCutOnce(server, listener);
        go.countDown();
        assertCutOnce(server, listener);
    }
}
