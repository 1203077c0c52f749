package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What becomes of an event loop that meets an Error while it waits or serves. */
class LastingEventLoopTest {
    private final AtomicBoolean failing = new AtomicBoolean();
    private final List<Throwable> told = new CopyOnWriteArrayList<>();

    /** Fails like a full heap does: with an Error out of the handler's run. */
    private final class FailingHandler implements IoHandler {
        private final IoHandler nio;

        FailingHandler(IoHandler nio) {
            this.nio = nio;
        }

        @Override
        public int run(IoHandlerContext context) {
            if (failing.compareAndSet(true, false)) {
                throw new OutOfMemoryError("on purpose");
            }
            return nio.run(context);
        }

        @Override
        public void destroy() {
            nio.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return nio.register(handle);
        }

        @Override
        public void wakeup() {
            nio.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return nio.isCompatible(handleType);
        }
    }

    @Test
    void runsTasksAfterAnError() throws Exception {
        IoHandlerFactory factory =
                executor -> new FailingHandler(NioIoHandler.newFactory().newHandler(executor));
        MultiThreadIoEventLoopGroup group =
                LastingEventLoop.group(1, new DefaultThreadFactory("lasting"), factory, told::add);
        try {
            Thread before = group.submit(Thread::currentThread).get(10, TimeUnit.SECONDS);
            failing.set(true);
            group.execute(() -> {}); // wakes it
            await().until(() -> told.size() == 1);
            Thread after = group.submit(Thread::currentThread).get(10, TimeUnit.SECONDS);
            assertThat(after).isSameAs(before);
            assertThat(told).singleElement().isInstanceOf(OutOfMemoryError.class);
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
