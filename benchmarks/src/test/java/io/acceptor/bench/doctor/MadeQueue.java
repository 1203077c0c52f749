package io.acceptor.bench.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A listener that accepts nothing by itself, whose queue holds just what the test put there. */
final class MadeQueue implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;

    private final ServerSocketChannel listener;
    private final List<Socket> clients = new ArrayList<>();

    private MadeQueue(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /** Listens on a free port of an address: 127.0.0.1, ::1, or :: for both kinds. */
    static MadeQueue on(String address, int backlog) throws IOException {
        return on(address, 0, backlog);
    }

    static MadeQueue on(String address, int port, int backlog) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), backlog);
        return new MadeQueue(listener);
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    ServerSocketChannel listener() {
        return listener;
    }

    MadeQueue live(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            connect();
        }
        return this;
    }

    /** The client has sent FIN and waits. */
    MadeQueue halfClosed(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            connect().shutdownOutput();
        }
        return this;
    }

    /** SYN, SYN+ACK, ACK, RST. */
    MadeQueue ghosts(int count) throws IOException {
        SocketAddress[] to = targets();
        for (int i = 0; i < count; i++) {
            try (SocketChannel probe = SocketChannel.open()) {
                probe.setOption(StandardSocketOptions.SO_LINGER, 0);
                probe.connect(to[i % to.length]);
            }
        }
        return this;
    }

    private SocketAddress[] targets() throws IOException {
        String bound = ((InetSocketAddress) listener.getLocalAddress()).getHostString();
        InetAddress address = InetAddress.getByName(bound);
        return address.isAnyLocalAddress()
                ? new SocketAddress[] {target("127.0.0.1"), target("::1")}
                : new SocketAddress[] {target(bound)};
    }

    private SocketAddress target(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        return new InetSocketAddress(address, port());
    }

    /** From addresses of both kinds in turn where the listener takes both. */
    private Socket connect() throws IOException {
        SocketAddress[] to = targets();
        Socket client = new Socket();
        client.connect(to[clients.size() % to.length], CONNECT_MILLIS);
        clients.add(client);
        return client;
    }

    @Override
    public void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        listener.close();
    }
}
