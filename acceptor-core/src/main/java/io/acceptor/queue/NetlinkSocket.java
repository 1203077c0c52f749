package io.acceptor.queue;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A netlink socket by JNA, which need not be there: no other class may name JNA, and whoever calls {@link #open} must take a
 * {@link LinkageError} for "there is none".
 */
final class NetlinkSocket implements Netlink {
    // Linux's include/linux/socket.h, include/uapi/linux/netlink.h and asm-generic/errno-base.h; MIPS has others for
    // some
    private static final int AF_NETLINK = 16;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    /** {@code struct sockaddr_nl}: family, padding, port id (0 is the kernel) and groups. */
    private static final int ADDRESS_BYTES = 12;

    /** A signal that interrupts a call which does not wait is rare; one after the other means something else. */
    private static final int MAX_INTERRUPTS = 16;

    static {
        Native.register(NetlinkSocket.class, "c");
    }

    private final int descriptor;

    private NetlinkSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens a socket that talks to the kernel and nobody else.
     *
     * @throws IOException if the kernel or a sandbox refuses, or the process is not a 64-bit one
     * @throws LinkageError if JNA is missing, or finds no native code for this platform that it can load
     */
    static NetlinkSocket open() throws IOException {
        if (Native.SIZE_T_SIZE != Long.BYTES) {
            throw new IOException("the netlink socket is for 64-bit processes");
        }
        NetlinkSocket made;
        try {
            made = new NetlinkSocket(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
        } catch (LastErrorException e) {
            throw new IOException("no netlink socket", e);
        }
        made.connectToKernel();
        return made;
    }

    private void connectToKernel() throws IOException {
        ByteBuffer kernel = ByteBuffer.allocateDirect(ADDRESS_BYTES).order(ByteOrder.nativeOrder());
        kernel.putShort(0, (short) AF_NETLINK);
        try {
            connect(descriptor, kernel, ADDRESS_BYTES);
        } catch (LastErrorException e) {
            close();
            throw new IOException("netlink socket does not connect", e);
        }
    }

    @Override
    public void send(ByteBuffer message) throws IOException {
        for (int tries = 0; tries < MAX_INTERRUPTS; tries++) {
            try {
                long sent = send(descriptor, message, message.limit(), MSG_DONTWAIT);
                if (sent != message.limit()) {
                    throw new IOException("sent " + sent + " of " + message.limit() + " bytes");
                }
                return;
            } catch (LastErrorException e) {
                if (e.getErrorCode() != EINTR) {
                    throw new IOException("netlink socket does not send", e);
                }
            }
        }
        throw new IOException("netlink socket is interrupted all the time");
    }

    @Override
    public int receive(ByteBuffer into) throws IOException {
        for (int tries = 0; tries < MAX_INTERRUPTS; tries++) {
            try {
                return (int) recv(descriptor, into, into.capacity(), MSG_DONTWAIT | MSG_TRUNC);
            } catch (LastErrorException e) {
                if (e.getErrorCode() == EAGAIN) {
                    return -1;
                }
                if (e.getErrorCode() != EINTR) { // ENOBUFS too: an answer is lost
                    throw new IOException("netlink socket does not receive", e);
                }
            }
        }
        throw new IOException("netlink socket is interrupted all the time");
    }

    @Override
    public void close() {
        try {
            close(descriptor);
        } catch (LastErrorException e) {
            return; // the descriptor is gone all the same (close(2))
        }
    }

    private static native int socket(int domain, int type, int protocol) throws LastErrorException;

    private static native int connect(int descriptor, ByteBuffer address, int length) throws LastErrorException;

    private static native long send(int descriptor, ByteBuffer bytes, long length, int flags) throws LastErrorException;

    private static native long recv(int descriptor, ByteBuffer bytes, long length, int flags) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;
}
