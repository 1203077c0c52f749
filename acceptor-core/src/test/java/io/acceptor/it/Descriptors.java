package io.acceptor.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The descriptors of this process that matter to a server: its sockets and its selectors. Linux. */
public final class Descriptors {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    static {
        openWhatTheJdkKeeps();
    }

    private Descriptors() {}

    /** The JDK opens a socket of its own, to close others by, when the first one is closed under a reader. */
    private static void openWhatTheJdkKeeps() {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
                Selector selector = Selector.open();
                Socket client = new Socket(LOOPBACK, server.socket().getLocalPort());
                Socket accepted = server.socket().accept();
                ServerSocket plain = new ServerSocket(0)) {
            plain.setSoTimeout(1);
            try {
                plain.accept();
            } catch (SocketTimeoutException e) {
                client.setSoLinger(true, 0);
            }
            selector.selectNow();
            accepted.getOutputStream().write(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many sockets and epoll instances are open; files, which a JVM opens at will, are left out. */
    public static int open() {
        String[] numbers = new File("/proc/self/fd").list();
        int count = 0;
        for (String number : numbers == null ? new String[0] : numbers) {
            if (matters(Path.of("/proc/self/fd", number))) {
                count++;
            }
        }
        return count;
    }

    private static boolean matters(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.contains("[event");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
