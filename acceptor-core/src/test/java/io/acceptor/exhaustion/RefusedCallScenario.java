package io.acceptor.exhaustion;

import static org.awaitility.Awaitility.await;

import io.acceptor.Acceptor;
import io.acceptor.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * A client says a byte and resets its connection while the server is held up; then the kernel refuses what it was armed to. Gives how
 * the connection ended.
 */
public final class RefusedCallScenario implements Callable<String> {
    @Override
    public String call() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        Executor workers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "worker");
            thread.setDaemon(true);
            return thread;
        });
        try (Acceptor acceptor = Acceptor.builder()
                .admission(peer -> {
                    awaitQuietly(gone);
                    return io.acceptor.Admission.admit();
                })
                .executor(workers)
                .handler(connection -> connection.input().read())
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            try (Socket client = new Socket()) {
                client.connect(acceptor.localAddress());
                client.getOutputStream().write('x');
                client.setSoLinger(true, 0);
            }
            gone.countDown();
            await().until(() ->
                    acceptor.stats().accepted() == 1 && acceptor.stats().active() == 0);
            for (Outcome outcome : Outcome.values()) {
                if (acceptor.stats().outcomes().get(outcome) > 0) {
                    return outcome.name();
                }
            }
            return "none";
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
