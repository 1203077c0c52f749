package io.acceptor.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;

/**
 * Starts servers on any free port while other sockets of the machine take and leave nearly all ports there are. Run in a
 * namespace of its own ({@link NamespaceJvm}).
 */
public final class PortsTaken {
    private static final int PORTS = 64;
    private static final int HELD = 40;
    private static final int STARTS = 200;

    private PortsTaken() {}

    /** Starts and closes the server again and again, and fails as its start does. */
    public static void startAndClose(Callable<AutoCloseable> start) throws Exception {
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "40000 " + (40_000 + PORTS - 1));
        Thread taker = new Thread(PortsTaken::takePorts, "taker");
        taker.setDaemon(true);
        taker.start();
        for (int i = 0; i < STARTS; i++) {
            start.call().close();
        }
        System.out.println(STARTS + " started");
    }

    private static void takePorts() {
        Deque<Socket> held = new ArrayDeque<>();
        while (true) {
            try {
                Socket socket = new Socket();
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                held.add(socket);
                if (held.size() > HELD) {
                    held.remove().close();
                }
            } catch (SocketException e) {
                Thread.onSpinWait(); // none is free just now
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
