package io.acceptor.netty;

import io.acceptor.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An accepted connection's socket, beside its channel: for what is done before the channel belongs to an event loop. Nothing
 * here waits. Confined to whoever owns the connection at the time.
 *
 * <p>Writing here goes past the channel's outbound buffer, so only while nothing of the user's can be in that.
 */
interface Wire {
    /** What stands for an address that the kernel does not tell any more: io_uring's multishot accept loses those of the dead. */
    InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    /** Whether to look before sending: it costs less than a send that fails, or sending here could wait. */
    boolean looksFirst();

    /** Sends what the socket takes now, and moves the buffer's position past it. Sends nothing if that could wait. */
    void write(ByteBuffer bytes) throws IOException;

    /** Looks whether the client is there, without taking anything from the user. */
    Sight look();

    /** Whether the client had sent something before it reset the connection. On whatever loop; takes a byte. */
    boolean spokeBeforeReset();

    /** A byte that looking had to read, to be passed on before all others; -1 if none, or if it was taken before. */
    int takeFirstByte();

    /** Reads what waits and fits. */
    int read(ByteBuffer direct) throws IOException;

    /**
     * What looking had to read, with all behind it that one read of the channel's brings: protocols are told by their first bytes, not by
     * one.
     *
     * @return null if looking had to read nothing
     */
    default @Nullable ByteBuf takeFirstBytes(Channel channel) {
        int first = takeFirstByte();
        if (first < 0) {
            return null;
        }
        int most = channel.config().getRecvByteBufAllocator().newHandle().guess();
        ByteBuf bytes = channel.alloc().directBuffer(most).writeByte(first);
        try {
            int more = read(bytes.internalNioBuffer(1, most - 1));
            bytes.writerIndex(1 + Math.max(0, more));
        } catch (IOException e) {
            // a reset behind the first byte: the channel's own read tells of it
        }
        return bytes;
    }

    /** How long the connection waited in the kernel's queue, in nanoseconds, by the last look; -1 if unknown. */
    long queueWaitNanos();

    /** Has closing send a reset. */
    void resetOnClose();

    /**
     * Whether a channel's descriptor is still open when the channel says that it is inactive, until its loop has had another
     * turn.
     */
    boolean outlivesChannel();

    /**
     * Whether a write can still be under way when its flush has returned: the output must not be shut down then. Netty's
     * io_uring (4.2.17) drops what it is writing, and never closes the channel afterwards.
     */
    default boolean writesLater() {
        return false;
    }

    /** Whether a reset may go untold by the channel, so that {@link #isReset} should be asked. */
    default boolean hidesResets() {
        return false;
    }

    /** Whether the client has reset it; on NIO, whether a read has told that already. */
    boolean isReset();

    /** The two ends; for connections without a channel. */
    Peer peer();

    /** Closes the socket; for connections without a channel. */
    void close();

    /** An address, or what stands for an unknown one. */
    static InetSocketAddress known(@Nullable InetSocketAddress address) {
        return address == null ? UNKNOWN : address;
    }
}
