package io.acceptor.bench.peers;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All servers under test, by the name that the command line uses. */
public final class Servers {
    private static final Map<String, ServerUnderTest.Factory> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("core", CoreServer::start);
        BY_NAME.put("server-socket", ServerSocketServer::start);
        BY_NAME.put("loop-pool", LoopPoolServer::start);
    }

    private Servers() {}

    /**
     * The names, ours first.
     *
     * @return in the order in which help lists them
     */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * Starts a server.
     *
     * @param name one of {@link #names()}
     * @param config what it is told
     * @return the running server
     * @throws IOException if it cannot listen
     * @throws IllegalArgumentException if there is none of that name
     */
    public static ServerUnderTest start(String name, ServerConfig config) throws IOException {
        ServerUnderTest.Factory factory = BY_NAME.get(name);
        if (factory == null) {
            throw new IllegalArgumentException("server must be one of " + names() + ", was " + name);
        }
        return factory.start(config);
    }
}
