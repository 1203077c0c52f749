package io.acceptor.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A close that lets the last words arrive: nothing more is sent, and what the client still sends is thrown away until it is
 * done, so that our close does not turn into a reset.
 */
final class Lingering extends Stage {
    /** How long at most. The client's FIN usually comes within a round trip. */
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int BYTES = 64 * 1024;
    /** How many at once, of one listener. */
    private static final int MAX = 256;

    private final DuplexChannel channel;
    private int discarded;
    private boolean written;
    private boolean clientDone;

    private Lingering(ChildHead head, DuplexChannel channel) {
        super(head);
        this.channel = channel;
    }

    /**
     * Begins to linger, if that is possible and there is room.
     *
     * @param promise of who closes; kept when the channel is closed
     */
    static boolean begin(ChildHead head, ChannelPromise promise) {
        if (!(head.connection.channel instanceof DuplexChannel duplex)
                || (duplex.config() instanceof SocketChannelConfig config && config.getSoLinger() >= 0)) {
            return false; // who sets SO_LINGER wants it his way
        }
        Lingering stage = new Lingering(head, duplex);
        AtomicInteger all = head.connection.listening.lingering();
        GenericFutureListener<Future<Void>> over = closed -> all.decrementAndGet();
        if (all.incrementAndGet() > MAX) {
            all.decrementAndGet();
            return false;
        }
        boolean counted = false;
        try {
            duplex.closeFuture().addListener(over);
            counted = true;
            head.enter(stage);
            stage.close(promise);
            return true;
        } catch (Throwable t) {
            if (!counted) {
                all.decrementAndGet();
            }
            stage.closeNow();
            throw t;
        }
    }

    @Override
    void begin() {
        head.after(NANOS, this::closeNow);
        head.config.halfClose(true);
        head.whenWritten(this::lastWordsWritten);
        channel.config().setAutoRead(true);
    }

    private void lastWordsWritten() {
        written = true;
        boolean writing = isWriting();
        if (clientDone || (!writing && head.hasUnflushed())) {
            closeNow(); // what was never flushed is given up
        } else if (!writing) {
            head.config.halfClose(false); // the client's FIN ends it
            channel.shutdownOutput();
        }
    }

    /** Whether a ring still writes: the future that was waited for had been cancelled. The deadline ends it then. */
    private boolean isWriting() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return connection.wire.writesLater() && out != null && out.size() > 0;
    }

    private void closeNow() {
        connection.drop(connection.outcomeNow());
    }

    @Override
    void read(Object msg) {
        discarded += msg instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        ReferenceCountUtil.release(msg);
        if (discarded >= BYTES) {
            closeNow();
        }
    }

    @Override
    void inputEnded() {
        clientDone = true;
        if (written) {
            closeNow();
        }
    }

    @Override
    void reset(IOException cause) {
        closeNow();
    }

    @Override
    void failed(Throwable cause) {}

    @Override
    void write(Object msg, ChannelPromise promise) {
        Leaving.refuse(msg, promise);
    }

    /** It is being closed already: whoever wants that too is told when it is done. */
    @Override
    void close(ChannelPromise promise) {
        channel.closeFuture().addListener(future -> {
            if (!promise.isVoid()) {
                promise.trySuccess();
            }
        });
    }
}
