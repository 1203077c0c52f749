package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerPoolTest {
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private WorkerPool pool = pool(4, TimeUnit.HOURS.toNanos(1));

    private WorkerPool pool(int max, long idleNanos) {
        return new WorkerPool("test", max, idleNanos, failures::add);
    }

    @AfterEach
    void close() {
        pool.close();
        assertThat(failures).isEmpty();
    }

    private Thread runOne() throws InterruptedException {
        List<Thread> ran = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(() -> {
            ran.add(Thread.currentThread());
            done.countDown();
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        return ran.get(0);
    }

    private void runAtOnce(int tasks, CountDownLatch release) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            pool.execute(() -> {
                running.countDown();
                awaitQuietly(release);
            });
        }
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void tasksOneAfterTheOtherNeedOneThread() throws InterruptedException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            Thread thread = runOne();
            threads.add(thread);
            await().pollInterval(Duration.ofMillis(1)).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        }
        assertThat(threads).hasSize(1);
    }

    @Test
    void theThreadThatBecameIdleLastGetsTheNextTask() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        runAtOnce(4, release);
        release.countDown();
        await().until(() -> pool.idle() == 4);
        Thread last = runOne();
        for (int i = 0; i < 20; i++) {
            await().pollInterval(Duration.ofMillis(1)).until(() -> last.getState() == Thread.State.TIMED_WAITING);
            assertThat(runOne()).isSameAs(last);
        }
    }

    @Test
    void noThreadIsStartedByWhoeverHandsATaskOver() throws InterruptedException {
        List<String> starters = new CopyOnWriteArrayList<>();
        InheritableThreadLocal<String> starter = new InheritableThreadLocal<>() {
            @Override
            protected String childValue(String parentValue) {
                starters.add(Thread.currentThread().getName());
                return parentValue;
            }
        };
        starter.set("mine");
        CountDownLatch release = new CountDownLatch(1);
        runAtOnce(4, release);
        release.countDown();
        starter.remove();
        assertThat(starters).doesNotContain(Thread.currentThread().getName());
    }

    @Test
    void thereIsABoundToTheThreads() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        runAtOnce(3, release);
        assertThat(pool.isExhausted()).isFalse();
        runAtOnce(1, release);
        assertThat(pool.isExhausted()).isTrue();
        AtomicInteger later = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            pool.execute(later::incrementAndGet);
        }
        assertThat(later).hasValue(0);
        release.countDown();
        await().until(() -> later.get() == 10);
        await().until(() -> !pool.isExhausted());
    }

    @Test
    void idleThreadsEnd() throws InterruptedException {
        pool.close();
        pool = pool(4, TimeUnit.MILLISECONDS.toNanos(20));
        Thread first = runOne();
        await().until(() -> !first.isAlive());
        assertThat(runOne()).isNotSameAs(first);
    }

    @Test
    void anInterruptThatATaskLeavesBehindIsNotTheNextOnes() {
        pool.close();
        pool = pool(1, TimeUnit.HOURS.toNanos(1));
        CountDownLatch release = new CountDownLatch(1);
        List<Boolean> interrupted = new CopyOnWriteArrayList<>();
        pool.execute(() -> {
            awaitQuietly(release);
            Thread.currentThread().interrupt();
        });
        pool.execute(() -> interrupted.add(Thread.currentThread().isInterrupted()));
        release.countDown();
        await().until(() -> !interrupted.isEmpty());
        assertThat(interrupted).containsExactly(false);
    }

    @Tag("thread-stop")
    @Test
    @SuppressWarnings({"deprecation", "removal"}) // it is what is tested
    void anIdleThreadThatSomebodyStopsGetsNoTask() throws InterruptedException {
        Thread stopped = runOne();
        await().until(() -> pool.idle() == 1);
        stopped.setUncaughtExceptionHandler((thread, end) -> {}); // it would only be printed
        stopped.stop();
        await().until(() -> !stopped.isAlive());
        assertThat(runOne()).isNotSameAs(stopped);
    }

    @Test
    void aTaskThatThrowsCostsNoThread() throws InterruptedException {
        Thread first = runOne();
        await().until(() -> first.getState() == Thread.State.TIMED_WAITING);
        pool.execute(() -> {
            Thread.currentThread().interrupt();
            throw new StackOverflowError("on purpose");
        });
        await().until(() -> first.getState() == Thread.State.TIMED_WAITING);
        assertThat(runOne()).isSameAs(first);
    }

    @Test
    void aThreadThatCouldNotBeHadIsAskedForAgainEvenIfNobodyCanBeTold() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        InheritableThreadLocal<String> noMemory = new InheritableThreadLocal<>() {
            @Override
            protected String childValue(String parentValue) {
                boolean byStarter = Thread.currentThread().getName().startsWith("acceptor-starter-");
                if (byStarter && asked.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("on purpose");
                }
                return parentValue;
            }
        };
        pool.close();
        noMemory.set("inherited by the starter");
        pool = new WorkerPool("test", 4, TimeUnit.HOURS.toNanos(1), failure -> {
            throw new OutOfMemoryError("on purpose");
        });
        noMemory.remove();
        runOne();
        assertThat(asked).hasValue(2);
    }

    @Test
    void closingInterruptsAndRefuses() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        runAtOnce(2, never);
        pool.close();
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().matches("acceptor-(worker|starter)-test.*")));
    }
}
