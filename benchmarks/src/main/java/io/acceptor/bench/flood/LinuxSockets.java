package io.acceptor.bench.flood;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.net.InetSocketAddress;

/**
 * The five system calls of a probe, bound by JNA, for IPv4 on 64-bit Linux. A channel of the JDK makes a dozen calls for
 * the same probe and needs a new descriptor each time.
 */
final class LinuxSockets {
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EALREADY = 114;

    /** Of struct sockaddr_in (include/uapi/linux/in.h). */
    private static final int ADDRESS_LENGTH = 16;

    private static final int PORT_OFFSET = 2;
    private static final int ADDRESS_OFFSET = 4;

    private static final short AF_UNSPEC = 0;
    private static final short AF_INET = 2;
    /** SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC. */
    private static final int NON_BLOCKING_STREAM = 1 | 0x800 | 0x80000;

    private static final int IPPROTO_IP = 0;
    private static final int IP_BIND_ADDRESS_NO_PORT = 24;

    private static final Pointer NOWHERE = sockaddr(AF_UNSPEC);
    private static final Pointer ONE = one();
    private static final boolean AVAILABLE = register();

    private LinuxSockets() {}

    private static boolean register() {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            return false;
        }
        try {
            Native.register(Calls.class, Platform.C_LIBRARY_NAME);
            return true;
        } catch (UnsatisfiedLinkError noNativeCalls) {
            return false;
        }
    }

    /** Whether this JVM can make these calls. */
    static boolean available() {
        return AVAILABLE;
    }

    /** An IPv4 address and port as the kernel reads them. */
    static Pointer address(InetSocketAddress address) {
        Memory memory = sockaddr(AF_INET);
        int port = address.getPort();
        memory.setByte(PORT_OFFSET, (byte) (port >> 8));
        memory.setByte(PORT_OFFSET + 1, (byte) port);
        memory.write(ADDRESS_OFFSET, address.getAddress().getAddress(), 0, 4);
        return memory;
    }

    private static Memory sockaddr(short family) {
        Memory memory = new Memory(ADDRESS_LENGTH);
        memory.clear();
        memory.setShort(0, family);
        return memory;
    }

    private static Memory one() {
        Memory memory = new Memory(Integer.BYTES);
        memory.setInt(0, 1);
        return memory;
    }

    /** A new non-blocking socket at a local address, whose port is chosen anew by each connect; below 0 if there is none. */
    static int open(Pointer source) {
        int fd = Calls.socket(AF_INET, NON_BLOCKING_STREAM, 0);
        if (fd >= 0
                && (Calls.setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, ONE, Integer.BYTES) != 0
                        || Calls.bind(fd, source, ADDRESS_LENGTH) != 0)) {
            close(fd);
            return -1;
        }
        return fd;
    }

    /** True once connected; else {@link #lastError} says why not. */
    static boolean connect(int fd, Pointer target) {
        return Calls.connect(fd, target, ADDRESS_LENGTH) == 0;
    }

    /** Undoes connect: an established connection is reset (tcp_disconnect of net/ipv4/tcp.c), and the socket is as new. */
    static void disconnect(int fd) {
        Calls.connect(fd, NOWHERE, ADDRESS_LENGTH);
    }

    static int lastError() {
        return Native.getLastError();
    }

    static void close(int fd) {
        Calls.close(fd);
    }

    /** Bound by JNA. */
    private static final class Calls {
        private Calls() {}

        static native int socket(int domain, int type, int protocol);

        static native int setsockopt(int fd, int level, int option, Pointer value, int length);

        static native int bind(int fd, Pointer address, int length);

        static native int connect(int fd, Pointer address, int length);

        static native int close(int fd);
    }
}
