package io.acceptor.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The event loops of one acceptor: each is a group of its own, so that what it accepts stays with it. Thread-safe. */
final class EventLoops {
    /** A loop answers within a turn, unless user code holds it up; close() must end all the same. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final NettyTransport transport;
    private final List<EventLoopGroup> groups = new ArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /**
     * Makes the loops; their threads start with the first task.
     *
     * @param name for the threads
     */
    EventLoops(NettyTransport transport, int count, String name) {
        this.transport = transport;
        for (int i = 0; i < count; i++) {
            String threadName = threadName(name, i);
            ThreadFactory factory = task -> {
                Thread thread = new FastThreadLocalThread(task, threadName);
                threads.add(thread);
                return thread;
            };
            groups.add(new MultiThreadIoEventLoopGroup(1, factory, transport.ioHandlers()));
        }
    }

    private static String threadName(String name, int number) {
        return "acceptor-" + name + (number == 0 ? "" : "-" + (number + 1));
    }

    NettyTransport transport() {
        return transport;
    }

    List<EventLoopGroup> groups() {
        return groups;
    }

    /** Renames the threads, when the name is known only after binding. */
    void nameAfter(String name) {
        for (int i = 0; i < groups.size(); i++) {
            String threadName = threadName(name, i);
            groups.get(i).execute(() -> Thread.currentThread().setName(threadName));
        }
    }

    /**
     * Ends the loops, and waits for them as {@link NettyAcceptor#close()} says: one that user code still holds up then is
     * interrupted. Idempotent.
     */
    void close() {
        for (EventLoopGroup group : groups) {
            group.shutdownGracefully(0, CLOSE_NANOS, TimeUnit.NANOSECONDS);
        }
        long deadline = System.nanoTime() + CLOSE_NANOS;
        for (Thread thread : threads) {
            if (thread == Thread.currentThread()) {
                continue;
            }
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (thread.isAlive()) {
                thread.interrupt();
            }
        }
    }
}
