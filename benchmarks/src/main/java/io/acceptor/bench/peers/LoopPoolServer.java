package io.acceptor.bench.peers;

import java.io.IOException;
import java.net.Socket;

/**
 * {@code loop-pool}: what one writes by hand. A blocking ServerSocket, a cached pool of threads (or a fixed one,
 * with {@code --workers}); the worker writes the greeting and reads until the client is done.
 */
final class LoopPoolServer {
    private static final String NAME = "loop-pool";

    private LoopPoolServer() {}

    static ServerUnderTest start(ServerConfig config) throws IOException {
        byte[] greeting = config.greetingBytes();
        return PooledLoop.start(
                NAME,
                PooledLoop.listen(config),
                WorkerPool.of(NAME, config.workers()),
                client -> greetAndRead(client, greeting));
    }

    /** What its worker does with a client. */
    static void greetAndRead(Socket client, byte[] greeting) throws IOException {
        client.getOutputStream().write(greeting);
        PooledLoop.readToEnd(client.getInputStream());
    }
}
