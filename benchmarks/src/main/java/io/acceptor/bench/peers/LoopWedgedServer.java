package io.acceptor.bench.peers;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/**
 * {@code loop-wedged}: the black box of the incident. It greets inside the accept loop, and the first greeting that fails is
 * one that the loop never gets past: accept() is not called again, while the port goes on listening.
 */
final class LoopWedgedServer {
    private static final String NAME = "loop-wedged";

    private LoopWedgedServer() {}

    static ServerUnderTest start(ServerConfig config) throws IOException {
        return PooledLoop.start(
                NAME,
                PooledLoop.listen(config),
                WorkerPool.of(NAME, config.workers()),
                new GreetOrHang(config.greetingBytes()));
    }

    /** Waits for ever when a greeting fails. */
    private static final class GreetOrHang implements PooledLoop.Session {
        private final byte[] greeting;
        private final CountDownLatch never = new CountDownLatch(1);

        GreetOrHang(byte[] greeting) {
            this.greeting = greeting;
        }

        @Override
        public void begin(Socket client) throws IOException {
            try {
                client.getOutputStream().write(greeting);
            } catch (IOException clientGone) {
                hang();
            }
        }

        private void hang() {
            try {
                never.await();
            } catch (InterruptedException nobodyDoesThat) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void serve(Socket client) throws IOException {
            PooledLoop.readToEnd(client.getInputStream());
        }
    }
}
