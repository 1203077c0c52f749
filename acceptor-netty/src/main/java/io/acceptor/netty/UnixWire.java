package io.acceptor.netty;

import io.acceptor.Peer;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/** The descriptor behind a channel of a native transport. */
final class UnixWire implements Wire {
    /** Heap buffers are copied in pieces of this, so that what does not fit any more is not copied for nothing. */
    private static final int HEAP_PIECE = 128 * 1024;

    private final Socket socket;
    private final TcpInfo info;
    private final boolean blocks;
    private int firstByte = -1;

    /**
     * For a connected socket.
     *
     * @param info the loop's, for looking
     * @param blocks whether the socket is in blocking mode
     */
    UnixWire(Socket socket, TcpInfo info, boolean blocks) {
        this.socket = socket;
        this.info = info;
        this.blocks = blocks;
    }

    @Override
    public boolean looksFirst() {
        return true;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (!socket.isOpen()) {
            throw new ClosedChannelException(); // its number can be another connection's already
        }
        if (blocks) {
            return;
        }
        if (bytes.isDirect()) {
            send(bytes);
        } else {
            writeCopied(bytes);
        }
    }

    private void send(ByteBuffer direct) throws IOException {
        direct.position(direct.position() + socket.write(direct, direct.position(), direct.limit()));
    }

    private void writeCopied(ByteBuffer bytes) throws IOException {
        ByteBuffer copy = ByteBuffer.allocateDirect(Math.min(bytes.remaining(), HEAP_PIECE));
        boolean all = true;
        while (all && bytes.hasRemaining()) {
            int piece = Math.min(bytes.remaining(), HEAP_PIECE);
            copy.clear().put(0, bytes, bytes.position(), piece).limit(piece);
            send(copy);
            bytes.position(bytes.position() + copy.position());
            all = !copy.hasRemaining();
        }
    }

    @Override
    public Sight look() {
        info.read(socket);
        boolean reset = info.isReset();
        if (!reset && !info.isHalfClosed()) {
            return Sight.PRESENT;
        }
        Sight silent = reset ? Sight.DEAD : Sight.LEAVING;
        return info.bytesReceived() > 0 && hasSpoken() ? Sight.PRESENT : silent;
    }

    @Override
    public boolean spokeBeforeReset() {
        if (!socket.isOpen()) {
            return false;
        }
        TcpInfo now = tcpInfo();
        return now.isReset() && now.bytesReceived() > 0 && hasSpoken();
    }

    /**
     * A FIN counts as a byte received: only reading one tells them apart. What was sent before a reset can still be read. It
     * cannot wait, since the client is done in either case.
     */
    private boolean hasSpoken() {
        ByteBuffer oneByte = ByteBuffer.allocateDirect(1);
        try {
            if (firstByte < 0 && socket.read(oneByte, 0, 1) > 0) {
                firstByte = oneByte.get(0) & 0xff;
            }
        } catch (IOException e) {
            return false;
        }
        return firstByte >= 0;
    }

    @Override
    public int takeFirstByte() {
        int taken = firstByte;
        firstByte = -1;
        return taken;
    }

    /**
     * It cannot wait: something was read before only from a client that is done. What the client has not sent is not asked for: that
     * would take the report of a reset from the channel.
     */
    @Override
    public int read(ByteBuffer direct) throws IOException {
        TcpInfo now = tcpInfo();
        long more = now.bytesReceived() - (now.isReset() ? 1 : 2); // without the first byte and the FIN
        int most = (int) Math.min(direct.remaining(), more);
        return most <= 0 ? 0 : socket.read(direct, direct.position(), direct.position() + most);
    }

    @Override
    public long queueWaitNanos() {
        return info.queueWaitNanos();
    }

    @Override
    public void resetOnClose() {
        try {
            if (socket.isOpen()) {
                socket.setSoLinger(0);
            }
        } catch (IOException e) {
            // closed already
        }
    }

    @Override
    public boolean outlivesChannel() {
        return blocks; // io_uring's: the ring closes it
    }

    @Override
    public boolean writesLater() {
        return blocks;
    }

    @Override
    public boolean hidesResets() {
        return blocks;
    }

    @Override
    public boolean isReset() {
        return socket.isOpen() && tcpInfo().isReset();
    }

    /** Read on whatever loop; the other one is the accepting loop's. */
    private TcpInfo tcpInfo() {
        TcpInfo now = TcpInfo.ofThisThread();
        now.read(socket);
        return now;
    }

    @Override
    public Peer peer() {
        return new Peer(Wire.known(socket.remoteAddress()), Wire.known(socket.localAddress()));
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
