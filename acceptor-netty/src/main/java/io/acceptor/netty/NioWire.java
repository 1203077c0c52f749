package io.acceptor.netty;

import io.acceptor.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The channel of the JDK behind a NIO channel of Netty. */
final class NioWire implements Wire {
    /** The JDK copies all of a heap buffer before it sends what fits; so large ones go in pieces. */
    private static final int HEAP_PIECE = 128 * 1024;

    private final SocketChannel socket;
    private int firstByte = -1;

    /** For a channel in non-blocking mode. */
    NioWire(SocketChannel socket) {
        this.socket = socket;
    }

    @Override
    public boolean looksFirst() {
        return false; // it reads a byte, and what the greeting's send would tell costs nothing
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        try {
            boolean all = true;
            while (all && bytes.position() < end) {
                int left = end - bytes.position();
                int piece = bytes.isDirect() ? left : Math.min(left, HEAP_PIECE);
                bytes.limit(bytes.position() + piece);
                all = socket.write(bytes) == piece;
            }
        } finally {
            bytes.limit(end);
        }
    }

    @Override
    public Sight look() {
        if (firstByte >= 0) {
            return Sight.PRESENT;
        }
        ByteBuffer oneByte = ByteBuffer.allocate(1);
        try {
            int count = socket.read(oneByte);
            if (count > 0) {
                firstByte = oneByte.get(0) & 0xff;
            }
            return count < 0 ? Sight.LEAVING : Sight.PRESENT;
        } catch (IOException e) {
            return Sight.DEAD;
        }
    }

    @Override
    public boolean spokeBeforeReset() {
        return look() == Sight.PRESENT && firstByte >= 0;
    }

    @Override
    public int takeFirstByte() {
        int taken = firstByte;
        firstByte = -1;
        return taken;
    }

    @Override
    public int read(ByteBuffer direct) throws IOException {
        return socket.read(direct);
    }

    /** Once a read has met a reset, the JDK fails all that follow, also those that have nothing to read into. */
    @Override
    public boolean isReset() {
        try {
            return socket.isOpen() && socket.read(NettyConnection.NOTHING.duplicate()) > 0;
        } catch (ClosedChannelException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public long queueWaitNanos() {
        return -1;
    }

    @Override
    public void resetOnClose() {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // closed already
        }
    }

    @Override
    public boolean outlivesChannel() {
        return true; // the selector forgets it with its next select
    }

    @Override
    public Peer peer() {
        try {
            return new Peer(
                    Wire.known(internet(socket.getRemoteAddress())), Wire.known(internet(socket.getLocalAddress())));
        } catch (IOException e) {
            return new Peer(UNKNOWN, UNKNOWN); // closed already
        }
    }

    private static @Nullable InetSocketAddress internet(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet : null;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // the descriptor is released all the same
        }
    }
}
