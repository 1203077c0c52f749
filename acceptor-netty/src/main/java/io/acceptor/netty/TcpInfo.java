package io.acceptor.netty;

import io.acceptor.queue.AcceptQueueReading;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * What Linux tells of one TCP socket: {@code struct tcp_info} of {@code include/uapi/linux/tcp.h}, by getsockopt(2). To be used
 * again and again. By one thread at a time.
 */
final class TcpInfo {
    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int LENGTH = 136;
    private static final int STATE = 0;
    private static final int UNACKED = 24; // of a listener: those that wait
    private static final int SACKED = 28; // of a listener: those that may wait
    private static final int LAST_DATA_SENT = 44;
    private static final int BYTES_RECEIVED = 128;
    private static final int CLOSE = 7;
    private static final int CLOSE_WAIT = 8;
    private static final int LISTEN = 10;

    private static final FastThreadLocal<TcpInfo> OF_THREADS = new FastThreadLocal<>() {
        @Override
        protected TcpInfo initialValue() {
            return new TcpInfo();
        }
    };

    private final ByteBuffer raw = ByteBuffer.allocateDirect(LENGTH).order(ByteOrder.nativeOrder());
    private boolean known;

    /** One that the calling thread has to itself. */
    static TcpInfo ofThisThread() {
        return OF_THREADS.get();
    }

    /** Reads what is known of a socket now. */
    void read(Socket socket) {
        known = false;
        if (!LINUX) {
            return;
        }
        try {
            raw.clear();
            raw.putLong(BYTES_RECEIVED, 0); // kernels before 4.1 do not tell
            socket.getRawOpt(IPPROTO_TCP, TCP_INFO, raw);
            known = true;
        } catch (IOException e) {
            known = false; // closed, or a sandbox without this option
        }
    }

    /** Whether the client has reset it. */
    boolean isReset() {
        return known && raw.get(STATE) == CLOSE;
    }

    /** Whether the client has said that it is done. */
    boolean isHalfClosed() {
        return known && raw.get(STATE) == CLOSE_WAIT;
    }

    /** How many bytes the client has sent. A FIN counts as one, having a sequence number. */
    long bytesReceived() {
        return raw.getLong(BYTES_RECEIVED);
    }

    /**
     * How long a connection waited in the accept queue, in nanoseconds, if nothing has been sent on it yet: its last data was
     * "sent" with the handshake. In steps of a jiffy (4 to 10 ms). -1 if unknown.
     */
    long queueWaitNanos() {
        return known ? TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(raw.getInt(LAST_DATA_SENT))) : -1;
    }

    /** Depth and limit of a listening socket's queue. */
    AcceptQueueReading queue() {
        return known && raw.get(STATE) == LISTEN
                ? new AcceptQueueReading(
                        Integer.toUnsignedLong(raw.getInt(UNACKED)), Integer.toUnsignedLong(raw.getInt(SACKED)))
                : AcceptQueueReading.UNKNOWN;
    }
}
