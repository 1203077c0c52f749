package io.acceptor.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What a {@link NettyAcceptor} does its input and output with. Native transports need Netty's native jar of the platform. */
public enum NettyTransport {
    /**
     * {@link #EPOLL} where it works, else {@link #NIO}, which is said in the log once. Not {@link #IO_URING}: it works, but
     * costs a server more for each probe than the other two.
     */
    AUTO,
    /** The JDK's selectors. Works everywhere. */
    NIO,
    /** Linux epoll, by {@code netty-transport-native-epoll}. */
    EPOLL,
    /** Linux io_uring, by {@code netty-transport-native-io_uring}, where the kernel allows it. */
    IO_URING;

    /** One for all: each {@code of(…)} gives an option that equals no other. */
    private static final ChannelOption<Boolean> NIO_REUSE_PORT =
            NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);

    private static final AtomicBoolean FALLBACK_TOLD = new AtomicBoolean();

    /**
     * Whether it can be used here.
     *
     * @return true if its classes, its native library and the kernel's support are there
     */
    public boolean isAvailable() {
        return unavailability() == null;
    }

    /** Why it cannot be used here, or null if it can. */
    @Nullable
    Throwable unavailability() {
        try {
            return switch (this) {
                case AUTO, NIO -> null;
                case EPOLL -> Epoll.unavailabilityCause();
                case IO_URING -> IoUring.unavailabilityCause();
            };
        } catch (LinkageError e) {
            return e; // the jar is not there
        }
    }

    /** This, or what AUTO stands for here. */
    NettyTransport resolve() {
        Throwable missing = unavailability();
        if (missing != null) {
            throw new IllegalStateException("transport " + this + " is not available here: " + missing, missing);
        }
        if (this != AUTO) {
            return this;
        }
        Throwable noEpoll = EPOLL.unavailability();
        if (noEpoll == null) {
            return EPOLL;
        }
        if (FALLBACK_TOLD.compareAndSet(false, true)) {
            LoggerFactory.getLogger("io.acceptor")
                    .info(
                            "no native transport ({}), the JDK's NIO is used; it costs more per connection",
                            noEpoll.toString());
        }
        return NIO;
    }

    IoHandlerFactory ioHandlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO, AUTO -> NioIoHandler.newFactory();
        };
    }

    Class<? extends ServerChannel> serverChannel() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            case NIO, AUTO -> NioServerSocketChannel.class;
        };
    }

    /** Lets several server channels share a port. */
    ChannelOption<Boolean> reusePort() {
        return switch (this) {
            case EPOLL, IO_URING -> UnixChannelOption.SO_REUSEPORT;
            case NIO, AUTO -> NIO_REUSE_PORT;
        };
    }

    /** Has the kernel keep connections to itself until their clients have sent something. */
    ChannelOption<Integer> deferAccept() {
        return switch (this) {
            case EPOLL -> EpollChannelOption.TCP_DEFER_ACCEPT;
            case IO_URING -> IoUringChannelOption.TCP_DEFER_ACCEPT;
            case NIO, AUTO -> throw new IllegalStateException("deferAccept needs a native transport, this is " + this);
        };
    }
}
