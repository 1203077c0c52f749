package io.acceptor.netty;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * An event loop that outlives an Error (no memory, say), which would end Netty's own for good: one turn is lost, the loop is not.
 * What was not done is told again by the kernel, or is the next task.
 */
final class LastingEventLoop extends SingleThreadIoEventLoop {
    /** Going on at once after an Error must not become a spin. */
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Consumer<Throwable> failed;
    private volatile boolean started; // written by its thread

    private LastingEventLoop(
            MultiThreadIoEventLoopGroup parent,
            Executor executor,
            IoHandlerFactory handlers,
            Consumer<Throwable> failed) {
        super(parent, executor, handlers);
        this.failed = failed;
    }

    /**
     * A group of such loops.
     *
     * @param failed told of each Error on the loop that met it; must not block
     */
    static MultiThreadIoEventLoopGroup group(
            int count, ThreadFactory threads, IoHandlerFactory handlers, Consumer<Throwable> failed) {
        return new MultiThreadIoEventLoopGroup(count, threads, handlers, failed) {
            @Override
            @SuppressWarnings("unchecked") // the one argument that was passed above: a field would not be set yet
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlerFactory, Object... arguments) {
                return new LastingEventLoop(this, executor, handlerFactory, (Consumer<Throwable>) arguments[0]);
            }
        };
    }

    /** Ends it, within so many nanoseconds. Any thread. */
    void shutDown(long nanos) {
        try {
            // with the loop's next turn, for the ring of io_uring closes what was closed in this one
            schedule(() -> shutdownGracefully(0, nanos, TimeUnit.NANOSECONDS), 0, TimeUnit.NANOSECONDS);
        } catch (Throwable t) {
            if (started) { // no memory for the task
                shutdownGracefully(0, nanos, TimeUnit.NANOSECONDS);
            } else { // it never had a thread, and there is none to end it with: its descriptors are ours alone
                ioHandler().destroy();
            }
        }
    }

    @Override
    protected void run() {
        started = true;
        super.run();
    }

    @Override
    protected int runIo() {
        try {
            return super.runIo();
        } catch (Throwable t) {
            failed(t);
            return 0;
        }
    }

    @Override
    protected boolean runAllTasks(long timeoutNanos) {
        try {
            return super.runAllTasks(timeoutNanos);
        } catch (Throwable t) {
            failed(t);
            return true;
        }
    }

    private void failed(Throwable t) {
        try {
            failed.accept(t);
        } catch (Throwable again) {
            Thread.onSpinWait(); // no memory to say so; the next turn may have some
        }
        LockSupport.parkNanos(this, FAILURE_PAUSE_NANOS);
    }
}
