package io.acceptor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Work on a thread of its own, and knowing that it is blocked. */
final class HandedSocketThreads {
    private HandedSocketThreads() {}

    /** A thread and what comes of it. */
    record Running<T>(Thread thread, FutureTask<T> task) {
        /** The result; an exception of the work's comes as an ExecutionException. */
        T result() throws Exception {
            return task.get(20, SECONDS);
        }

        /** Waits until the thread is inside a system call of the JDK's networking. */
        Running<T> awaitBlocked() {
            await().until(() -> blocked(thread));
            return this;
        }
    }

    static <T> Running<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "test-work");
        thread.setDaemon(true);
        thread.start();
        return new Running<>(thread, task);
    }

    private static boolean blocked(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getClassName().startsWith("sun.nio.ch.");
    }
}
