package io.acceptor.netty;

import io.acceptor.engine.UninterruptibleWait;
import io.netty.channel.EventLoopGroup;
import io.netty.util.Version;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The event loops of one acceptor. Where each accepts, each is a group of its own, so that what it accepts stays with it; where
 * one accepts for all, they are one group, which takes turns in serving. Thread-safe.
 */
final class EventLoops {
    private final NettyTransport transport;
    private final List<EventLoopGroup> groups;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicBoolean ending = new AtomicBoolean();

    /**
     * Makes the loops; their threads start with the first task.
     *
     * @param count how many there are
     * @param accepting how many of them accept at one address: all, or one for all
     * @param name for the threads
     * @param failed told of each Error that a loop has outlived, on that loop
     */
    EventLoops(NettyTransport transport, int count, int accepting, String name, Consumer<Throwable> failed) {
        this.transport = transport;
        this.groups = new ArrayList<>(accepting); // has room: a group that is made must not be lost
        AtomicInteger started = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new FastThreadLocalThread(task, threadName(name, started.getAndIncrement()));
            thread.setDaemon(false); // whoever starts the acceptor: its loops keep the JVM alive
            threads.add(thread);
            return thread;
        };
        try {
            for (int i = 0; i < accepting; i++) {
                groups.add(LastingEventLoop.group(count / accepting, factory, transport.ioHandlers(), failed));
            }
        } catch (RuntimeException | Error e) { // no descriptor for one more, or no memory for a ring
            shutDown();
            throw e;
        }
    }

    /**
     * Looks whether these loops can be: Netty has them since 4.2.
     *
     * @throws IllegalStateException if not
     */
    static void requireNetty42() {
        try {
            Class.forName("io.netty.channel.MultiThreadIoEventLoopGroup", false, EventLoops.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            Version netty = Version.identify().get("netty-transport");
            String found = netty == null ? "older" : netty.artifactVersion();
            throw new IllegalStateException(
                    "NettyAcceptor needs Netty 4.2, and this is " + found + "; AcceptGuard runs on it", e);
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
        int number = 0;
        for (EventLoopGroup group : groups) {
            for (EventExecutor loop : group) {
                String threadName = threadName(name, number++);
                loop.execute(() -> Thread.currentThread().setName(threadName));
            }
        }
    }

    /** Ends the loops; to be called when nothing is registered with them any more. Idempotent. */
    void shutDown() {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        for (EventLoopGroup group : groups) {
            for (EventExecutor loop : group) {
                ((LastingEventLoop) loop).shutDown(Listening.LOOP_ANSWER_NANOS);
            }
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
