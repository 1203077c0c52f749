package io.acceptor.bench.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Accept, greet, close, with the JDK's channels and nothing else: what the JDK allocates for a probe. One thread. */
final class JdkAccept implements AutoCloseable {
    private final ServerSocketChannel listener;

    private JdkAccept(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static JdkAccept start(int backlog, String greeting) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backlog);
        JdkAccept started = new JdkAccept(listener);
        ByteBuffer bytes = ByteBuffer.allocateDirect(greeting.length());
        bytes.put(greeting.getBytes(StandardCharsets.US_ASCII)).flip();
        Thread loop = new Thread(() -> started.accept(bytes), "jdk-accept");
        loop.setDaemon(true);
        loop.start();
        return started;
    }

    private void accept(ByteBuffer greeting) {
        while (listener.isOpen()) {
            try (SocketChannel client = listener.accept()) {
                client.configureBlocking(false);
                client.write(greeting.rewind());
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException probe) {
                // The next one.
            }
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
