package io.acceptor.queue;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A listener on 127.0.0.1 with TCP_DEFER_ACCEPT, which Java does not offer: a client that has said nothing stays in
 * SYN_RECV.
 */
final class DeferringListener implements Closeable {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_DEFER_ACCEPT = 9;
    private static final int ADDRESS_BYTES = 16;

    static {
        Native.register(DeferringListener.class, "c");
    }

    private final int descriptor;
    private final int port;

    private DeferringListener(int descriptor, int port) {
        this.descriptor = descriptor;
        this.port = port;
    }

    static DeferringListener open() {
        int descriptor = socket(AF_INET, SOCK_STREAM, 0);
        ByteBuffer address = ByteBuffer.allocateDirect(ADDRESS_BYTES).order(ByteOrder.nativeOrder());
        address.putShort(0, (short) AF_INET).put(4, (byte) 127).put(7, (byte) 1);
        setsockopt(descriptor, IPPROTO_TCP, TCP_DEFER_ACCEPT, new IntByReference(60), Integer.BYTES);
        bind(descriptor, address, ADDRESS_BYTES);
        listen(descriptor, 16);
        getsockname(descriptor, address, new IntByReference(ADDRESS_BYTES));
        return new DeferringListener(descriptor, Short.toUnsignedInt(Short.reverseBytes(address.getShort(2))));
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        close(descriptor);
    }

    private static native int socket(int domain, int type, int protocol) throws LastErrorException;

    private static native int setsockopt(int descriptor, int level, int name, IntByReference value, int length)
            throws LastErrorException;

    private static native int bind(int descriptor, ByteBuffer address, int length) throws LastErrorException;

    private static native int listen(int descriptor, int backlog) throws LastErrorException;

    private static native int getsockname(int descriptor, ByteBuffer address, IntByReference length)
            throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;
}
