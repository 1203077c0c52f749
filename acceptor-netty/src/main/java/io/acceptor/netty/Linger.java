package io.acceptor.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A close that lets the last words arrive: nothing more is sent, and what the client still sends is thrown away until it is
 * done, so that our close does not turn into a reset. Confined to the channel's loop.
 */
final class Linger {
    /** How long at most. The client's FIN usually comes within a round trip. */
    static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int BYTES = 64 * 1024;
    /** How many at once, of one listener. */
    private static final int MAX = 256;

    private final NettyConnection connection;
    private final DuplexChannel channel;
    private final ChannelPromise promise;
    private int discarded;

    private Linger(NettyConnection connection, DuplexChannel channel, ChannelPromise promise) {
        this.connection = connection;
        this.channel = channel;
        this.promise = promise;
    }

    /**
     * Begins to linger, if that is possible and there is room.
     *
     * @param promise of who closes; kept when the channel is closed
     */
    static @Nullable Linger begin(NettyConnection connection, ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!(ctx.channel() instanceof DuplexChannel duplex)
                || (duplex.config() instanceof SocketChannelConfig config && config.getSoLinger() >= 0)) {
            return null; // who sets SO_LINGER wants it his way
        }
        if (connection.listening.lingering().incrementAndGet() > MAX) {
            connection.listening.lingering().decrementAndGet();
            return null;
        }
        return new Linger(connection, duplex, promise);
    }

    void shutdownOutput() {
        channel.shutdownOutput();
        channel.config().setAutoRead(true);
    }

    /** Counts what was thrown away. True if that was enough. */
    boolean discarded(int bytes) {
        discarded += bytes;
        return discarded >= BYTES;
    }

    void alsoTell(ChannelPromise another) {
        channel.closeFuture().addListener(future -> tell(another));
    }

    /** The channel is closed. */
    void over() {
        connection.listening.lingering().decrementAndGet();
        tell(promise);
    }

    private static void tell(ChannelPromise promise) {
        if (!promise.isVoid()) {
            promise.trySuccess();
        }
    }
}
