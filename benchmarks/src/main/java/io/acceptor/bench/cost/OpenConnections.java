package io.acceptor.bench.cost;

import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Accepted connections that nobody uses, for the kernel's tables to hold; both ends are in this process. */
final class OpenConnections implements AutoCloseable {
    private static final int BACKLOG = 128;

    private final List<Channel> open = new ArrayList<>();

    /**
     * Opens so many, two descriptors each.
     *
     * @throws IOException if descriptors run out
     */
    static OpenConnections open(int count) throws IOException {
        OpenConnections connections = new OpenConnections();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            SourceAddresses sources = new SourceAddresses();
            for (int i = 0; i < count; i++) {
                connections.add(listener, sources.next());
            }
            return connections;
        } catch (IOException | RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    private void add(ServerSocketChannel listener, InetSocketAddress source) throws IOException {
        SocketChannel client = SocketChannel.open();
        open.add(client);
        client.bind(source).connect(listener.getLocalAddress());
        open.add(listener.accept());
    }

    @Override
    public void close() throws IOException {
        for (Channel channel : open) {
            channel.close();
        }
    }
}
