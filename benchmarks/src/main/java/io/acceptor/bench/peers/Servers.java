package io.acceptor.bench.peers;

import io.acceptor.netty.NettyTransport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** All servers under test, by the name that the command line uses. */
public final class Servers {
    private static final Map<String, Entry> BY_NAME = new LinkedHashMap<>();

    static {
        add("core", "ours on NIO, defaults", CoreServer::start);
        add("server-socket", "our drop-in before the loop of loop-pool", ServerSocketServer::start);
        addOurs("nio", NettyTransport.NIO);
        addOurs("epoll", NettyTransport.EPOLL);
        addOurs("iouring", NettyTransport.IO_URING);
        addPlain("nio", PlainTransport.NIO);
        addPlain("epoll", PlainTransport.EPOLL);
        addPlain("iouring", PlainTransport.IO_URING);
        add("loop-inline", "greeting in the accept loop, cached pool", LoopInlineServer::start);
        add("loop-wedged", "the incident: the loop hangs on the first greeting that fails", LoopWedgedServer::start);
        add("loop-pool", "blocking accept, cached pool", LoopPoolServer::start);
        add(
                "loop-virtual",
                "blocking accept, a virtual thread each",
                LoopVirtualServer::start,
                LoopVirtualServer::obstacle);
        add("vertx", "Vert.x 5 NetServer, native transport, a verticle a loop", VertxServer::start);
        add("c-epoll", "the reference in C: accept4, send, close", CEpollServer::start, CEpollServer::obstacle);
    }

    private static final Set<String> OURS =
            Set.of("core", "server-socket", "netty-nio", "netty-epoll", "netty-iouring");

    private record Entry(String settings, ServerUnderTest.Factory factory, Supplier<Optional<String>> obstacle) {}

    private Servers() {}

    private static void addOurs(String transportName, NettyTransport transport) {
        add(
                "netty-" + transportName,
                "ours on Netty's " + transport + ", defaults, one loop",
                OurNettyServer.on(transport),
                () -> OurNettyServer.obstacle(transport));
    }

    private static void addPlain(String transportName, PlainTransport transport) {
        add(
                "plain-netty-" + transportName,
                "ServerBootstrap on " + transport.name() + ", 1 boss, default workers, greeting in channelActive",
                PlainNettyServer.on(transport),
                transport::obstacle);
    }

    private static void add(String name, String settings, ServerUnderTest.Factory factory) {
        add(name, settings, factory, Optional::empty);
    }

    private static void add(
            String name, String settings, ServerUnderTest.Factory factory, Supplier<Optional<String>> obstacle) {
        BY_NAME.put(name, new Entry(settings, factory, obstacle));
    }

    /**
     * The names, ours first.
     *
     * @return in the order in which help lists them
     */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * What a server is, and how it is set up.
     *
     * @param name one of {@link #names()}
     * @return a few words
     */
    public static String settings(String name) {
        return entry(name).settings;
    }

    /**
     * Whether a server is this library's.
     *
     * @param name one of {@link #names()}
     * @return false for those it is compared with
     */
    public static boolean isOurs(String name) {
        return OURS.contains(name);
    }

    /**
     * Why a server cannot run on this machine.
     *
     * @param name one of {@link #names()}
     * @return what it needs; empty if it can
     */
    public static Optional<String> obstacle(String name) {
        return entry(name).obstacle.get();
    }

    /**
     * Starts a server.
     *
     * @param name one of {@link #names()}
     * @param config what it is told
     * @return the running server
     * @throws IOException if it cannot run here, or cannot listen
     * @throws IllegalArgumentException if there is none of that name
     */
    public static ServerUnderTest start(String name, ServerConfig config) throws IOException {
        Entry entry = entry(name);
        Optional<String> obstacle = entry.obstacle.get();
        if (obstacle.isPresent()) {
            throw new IOException("server " + name + " " + obstacle.get());
        }
        return entry.factory.start(config);
    }

    private static Entry entry(String name) {
        Entry entry = BY_NAME.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("server must be one of " + names() + ", was " + name);
        }
        return entry;
    }
}
