package io.acceptor.netty;

import io.acceptor.queue.AcceptQueueReading;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A listening socket of a native transport. */
final class UnixListeningSocket implements ListeningSocket {
    /** Length byte, IPv6 address, scope and port: what {@link Socket#accept} writes. */
    private static final int ADDRESS_BYTES = 25;

    private final Socket socket;
    private final boolean ring;
    private final TcpInfo info = new TcpInfo();
    private final TcpInfo queueInfo = new TcpInfo(); // guarded by itself

    private UnixListeningSocket(Socket socket, boolean ring) {
        this.socket = socket;
        this.ring = ring;
    }

    static ListeningSocket of(Channel server) {
        return new UnixListeningSocket(socketOf(server), isIoUring(server));
    }

    /** Whether a server channel is one of TCP on a native transport that we know. */
    static boolean isTcp(Channel server) {
        return isEpoll(server) || isIoUring(server);
    }

    private static boolean isEpoll(Channel server) {
        try {
            return server instanceof EpollServerSocketChannel;
        } catch (LinkageError e) {
            return false; // its jar is not there
        }
    }

    /** The sockets that io_uring accepts are in blocking mode: the ring does not mind. */
    private static boolean isIoUring(Channel server) {
        try {
            return server instanceof IoUringServerSocketChannel;
        } catch (LinkageError e) {
            return false; // its jar is not there
        }
    }

    private static Socket socketOf(Channel channel) {
        if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            return socket;
        }
        throw new IllegalArgumentException("cannot guard " + channel + ": neither NIO nor a native transport");
    }

    @Override
    public Wire wire(Channel child) {
        return new UnixWire(socketOf(child), info, ring);
    }

    @Override
    public @Nullable Wire accept() throws IOException {
        int descriptor = socket.accept(new byte[ADDRESS_BYTES]);
        return descriptor < 0 ? null : new UnixWire(new Socket(descriptor), info, false);
    }

    @Override
    public boolean acceptBatch() {
        return false;
    }

    @Override
    public boolean isRing() {
        return ring;
    }

    @Override
    public boolean isTold() {
        return true;
    }

    @Override
    public AcceptQueueReading queue() {
        synchronized (queueInfo) {
            queueInfo.read(socket);
            // still open: so it was this socket's descriptor all along, and not somebody's who got the number next
            return socket.isOpen() ? queueInfo.queue() : AcceptQueueReading.UNKNOWN;
        }
    }
}
