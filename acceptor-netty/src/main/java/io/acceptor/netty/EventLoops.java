package io.acceptor.netty;

import io.acceptor.engine.UninterruptibleWait;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops of one acceptor. Where each accepts, each is a group of its own, so that what it accepts stays with it; where
 * one accepts for all, they are one group, which takes turns in serving. Thread-safe.
 */
final class EventLoops {
    private final NettyTransport transport;
    private final List<EventLoopGroup> groups = new ArrayList<>();
    private final List<EventExecutor> loops = new ArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicBoolean ending = new AtomicBoolean();

    /**
     * Makes the loops; their threads start with the first task.
     *
     * @param count how many there are
     * @param accepting how many of them accept at one address: all, or one for all
     * @param name for the threads
     */
    EventLoops(NettyTransport transport, int count, int accepting, String name) {
        this.transport = transport;
        AtomicInteger started = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new FastThreadLocalThread(task, threadName(name, started.getAndIncrement()));
            thread.setDaemon(false); // whoever starts the acceptor: its loops keep the JVM alive
            threads.add(thread);
            return thread;
        };
        try {
            for (int i = 0; i < accepting; i++) {
                EventLoopGroup group =
                        new MultiThreadIoEventLoopGroup(count / accepting, factory, transport.ioHandlers());
                groups.add(group);
                group.forEach(loops::add);
            }
        } catch (RuntimeException | Error e) { // no descriptor for one more, or no memory for a ring
            shutDown();
            throw e;
        }
    }

    private static String threadName(String name, int number) {
        return "acceptor-" + name + (number == 0 ? "" : "-" + (number + 1));
    }

    NettyTransport transport() {
        return transport;
    }

    /** Each accepts at every address, and serves what it has accepted. */
    List<EventLoopGroup> groups() {
        return groups;
    }

    /** Starts the threads that do not run yet, and names all: the name may be known only after binding. */
    void start(String name) {
        for (int i = 0; i < loops.size(); i++) {
            String threadName = threadName(name, i);
            loops.get(i).execute(() -> Thread.currentThread().setName(threadName));
        }
    }

    /** Ends the loops; to be called when nothing is registered with them any more. Idempotent. */
    void shutDown() {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        for (EventExecutor loop : loops) {
            // with the loop's next turn, for the ring of io_uring closes what was closed in this one
            loop.schedule(
                    () -> loop.shutdownGracefully(0, Listening.LOOP_ANSWER_NANOS, TimeUnit.NANOSECONDS),
                    0,
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Waits for the loops to end, as {@link NettyAcceptor#close()} says: one that user code still holds up then is interrupted. */
    void await() {
        if (threads.contains(Thread.currentThread())) {
            return; // the others end only when what this one serves has ended
        }
        long deadline = System.nanoTime() + Listening.LOOP_ANSWER_NANOS;
        for (Thread thread : threads) {
            if (!UninterruptibleWait.awaitEnd(thread, deadline)) {
                thread.interrupt();
            }
        }
    }
}
