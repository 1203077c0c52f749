package io.acceptor.bench.peers;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** {@code loop-virtual}: the loop of {@code loop-pool} with a virtual thread for each client; {@code --workers} says nothing to it. */
final class LoopVirtualServer {
    private static final String NAME = "loop-virtual";
    private static final int FIRST_RELEASE_WITH_VIRTUAL_THREADS = 21;

    private LoopVirtualServer() {}

    static Optional<String> obstacle() {
        int feature = Runtime.version().feature();
        return feature >= FIRST_RELEASE_WITH_VIRTUAL_THREADS
                ? Optional.empty()
                : Optional.of("needs virtual threads, Java " + FIRST_RELEASE_WITH_VIRTUAL_THREADS
                        + " or later; this is Java " + feature);
    }

    static ServerUnderTest start(ServerConfig config) throws IOException {
        byte[] greeting = config.greetingBytes();
        return PooledLoop.start(
                NAME,
                PooledLoop.listen(config),
                virtualThreads(),
                client -> LoopPoolServer.greetAndRead(client, greeting));
    }

    /** By reflection: the code must compile for Java 17. */
    private static ExecutorService virtualThreads() throws IOException {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IOException("no virtual threads here: " + e, e);
        }
    }
}
