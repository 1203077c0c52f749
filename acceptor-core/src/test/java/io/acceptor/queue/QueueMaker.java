package io.acceptor.queue;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A listener that never accepts, and what waits in its queue on purpose. */
final class QueueMaker implements Closeable {
    private static final int CONNECT_MILLIS = 5000;

    private final ServerSocketChannel listener;
    private final InetAddress target;
    private final List<Socket> clients = new ArrayList<>();

    private QueueMaker(ServerSocketChannel listener, InetAddress target) {
        this.listener = listener;
        this.target = target;
    }

    /**
     * Listens.
     *
     * @param host what to listen on
     * @param target where clients connect to
     */
    static QueueMaker listen(String host, String target, int backlog) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                .bind(new InetSocketAddress(InetAddress.getByName(host), 0), backlog);
        return new QueueMaker(listener, InetAddress.getByName(target));
    }

    InetSocketAddress local() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return local().getPort();
    }

    /** A client that waits and has said some bytes. */
    Socket live(int bytes) throws IOException {
        Socket client = connect();
        client.getOutputStream().write(new byte[bytes]);
        clients.add(client);
        return client;
    }

    /** The same, and that it will say no more. */
    Socket halfClosed(int bytes) throws IOException {
        Socket client = live(bytes);
        client.shutdownOutput();
        return client;
    }

    /** A client that connects and resets. */
    void ghost() throws IOException {
        try (Socket client = connect()) {
            client.setSoLinger(true, 0);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket();
        client.connect(new InetSocketAddress(target, port()), CONNECT_MILLIS);
        return client;
    }

    void acceptOne() throws IOException {
        listener.accept().close();
    }

    @Override
    public void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        listener.close();
    }
}
