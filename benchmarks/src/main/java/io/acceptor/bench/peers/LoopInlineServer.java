package io.acceptor.bench.peers;

import java.io.IOException;
import java.net.Socket;

/**
 * {@code loop-inline}: the greeting written inside the accept loop, the rest on a cached pool of threads (or a fixed one,
 * with {@code --workers}). A failed write closes that client, and the loop goes on: the black box as it should have been.
 */
final class LoopInlineServer {
    private static final String NAME = "loop-inline";

    private LoopInlineServer() {}

    static ServerUnderTest start(ServerConfig config) throws IOException {
        return PooledLoop.start(
                NAME,
                PooledLoop.listen(config),
                WorkerPool.of(NAME, config.workers()),
                new GreetOnTheLoop(config.greetingBytes()));
    }

    /** Writes the greeting before accept() is called again. */
    private static final class GreetOnTheLoop implements PooledLoop.Session {
        private final byte[] greeting;

        GreetOnTheLoop(byte[] greeting) {
            this.greeting = greeting;
        }

        @Override
        public void begin(Socket client) throws IOException {
            client.getOutputStream().write(greeting);
        }

        @Override
        public void serve(Socket client) throws IOException {
            PooledLoop.readToEnd(client.getInputStream());
        }
    }
}
