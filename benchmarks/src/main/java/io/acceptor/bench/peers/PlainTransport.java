package io.acceptor.bench.peers;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How Netty talks to the kernel.
 *
 * @param name as people call it
 * @param ioHandlers drives the loops of a group
 * @param serverChannel what listens
 * @param unavailabilityCause why this machine does not have it; null if it has
 */
record PlainTransport(
        String name,
        Supplier<IoHandlerFactory> ioHandlers,
        Class<? extends ServerChannel> serverChannel,
        Supplier<@Nullable Throwable> unavailabilityCause) {
    static final PlainTransport NIO =
            new PlainTransport("NIO", NioIoHandler::newFactory, NioServerSocketChannel.class, () -> null);
    static final PlainTransport EPOLL = new PlainTransport(
            "epoll", EpollIoHandler::newFactory, EpollServerSocketChannel.class, Epoll::unavailabilityCause);
    static final PlainTransport IO_URING = new PlainTransport(
            "io_uring", IoUringIoHandler::newFactory, IoUringServerSocketChannel.class, IoUring::unavailabilityCause);

    /** What it needs; empty if this machine has it. */
    Optional<String> obstacle() {
        return Optional.ofNullable(unavailabilityCause.get())
                .map(cause -> "needs " + name + ", which this machine refuses: " + cause.getMessage());
    }
}
